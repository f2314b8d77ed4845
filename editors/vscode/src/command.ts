// Settings and what is on the disk → how the server is started. Knows nothing of VS Code.

import * as os from "node:os";
import * as path from "node:path";

export interface Wishes {
  /** The settings `ssot-lint.path` and `ssot-lint.interpreter`, empty where nothing is set. */
  readonly path: string;
  readonly interpreter: string;
  /** The folders of the workspace, in their order. */
  readonly folders: readonly string[];
  /** The Python that the Python extension has chosen, if there is that extension. */
  readonly chosen?: string;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Where the command comes from, for people. */
  readonly from: string;
}

const SERVER = "server";

/** The command that starts the server; `isThere` tells whether a file exists. */
export function commandFor(
  wishes: Wishes,
  isThere: (file: string) => boolean,
  platform: NodeJS.Platform = process.platform,
): Command {
  const first = wishes.folders[0] ?? "";
  if (wishes.path) {
    return { command: full(wishes.path, first), args: [SERVER], from: "the setting ssot-lint.path" };
  }
  if (wishes.interpreter) {
    const python = full(wishes.interpreter, first);
    return { command: python, args: ["-m", "ssot_lint", SERVER], from: "the setting ssot-lint.interpreter" };
  }
  const [scripts, program] = platform === "win32" ? ["Scripts", "ssot-lint.exe"] : ["bin", "ssot-lint"];
  for (const folder of wishes.folders) {
    const own = path.join(folder, ".venv", scripts, program);
    if (isThere(own)) {
      return { command: own, args: [SERVER], from: `the environment of ${folder}` };
    }
  }
  if (wishes.chosen) {
    const beside = path.join(path.dirname(wishes.chosen), program);
    if (isThere(beside)) {
      return { command: beside, args: [SERVER], from: "the environment of the Python extension" };
    }
  }
  return { command: "ssot-lint", args: [SERVER], from: "the PATH" };
}

/** A path with `${workspaceFolder}` and `~` filled in. A name without a folder stays one, to be looked for on the PATH. */
function full(text: string, folder: string): string {
  const filled = text.replace(/\$\{workspaceFolder\}/g, folder);
  if (filled === "~" || filled.startsWith("~/")) {
    return path.join(os.homedir(), filled.slice(1));
  }
  const isBare = !filled.includes("/") && !filled.includes(path.sep);
  return isBare || path.isAbsolute(filled) || !folder ? filled : path.join(folder, filled);
}
