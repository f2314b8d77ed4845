// Drives the extension in a real workbench: what a person would see and do, told as JSON in $SSOT_RESULT.
//
// $SSOT_WORKBENCH is what install-workbench.sh has installed, $SSOT_FOLDER a copy of examples/chat, $SSOT_PYTHON the Python
// that has ssot-lint, $SSOT_PLACE a folder for what the workbench writes, with the pictures.

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const { SSOT_WORKBENCH, SSOT_FOLDER, SSOT_PYTHON, SSOT_PLACE, SSOT_RESULT } = process.env;
const { chromium } = require(path.join(SSOT_WORKBENCH, "node_modules", "playwright-core"));
const ENTRY = path.join(SSOT_WORKBENCH, "node_modules", "code-server", "out", "node", "entry.js");
const VSIX = path.join(__dirname, "build", "ssot-lint.vsix");
const PATIENCE = 60_000;
const SETTINGS = {
  "ssot-lint.interpreter": SSOT_PYTHON,
  // What is typed here is what shall stand there.
  "editor.acceptSuggestionOnEnter": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.autoClosingQuotes": "never",
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  "problems.defaultViewMode": "tree",
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.restoreWindows": "none",
};

function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function main() {
  const data = path.join(SSOT_PLACE, "data");
  const places = ["--user-data-dir", data, "--extensions-dir", path.join(SSOT_PLACE, "extensions")];
  fs.mkdirSync(path.join(data, "User"), { recursive: true });
  fs.writeFileSync(path.join(data, "User", "settings.json"), JSON.stringify(SETTINGS));
  const env = { ...process.env, XDG_CONFIG_HOME: path.join(SSOT_PLACE, "config") };
  const installed = spawnSync(process.execPath, [ENTRY, ...places, "--install-extension", VSIX], { env, encoding: "utf8" });
  if (installed.status !== 0) {
    throw new Error(`the extension cannot be installed: ${installed.stdout}${installed.stderr}`);
  }
  const port = await freePort();
  const flags = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
  const server = spawn(
    process.execPath,
    [ENTRY, ...places, ...flags, "--bind-addr", `127.0.0.1:${port}`, SSOT_FOLDER],
    { env, stdio: ["ignore", fs.openSync(path.join(SSOT_PLACE, "server.log"), "w"), "ignore"], detached: true },
  );
  const browser = await chromium.launch({ executablePath: process.env.SSOT_CHROMIUM, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 1400 } });
    page.setDefaultTimeout(PATIENCE);
    await opened(page, `http://127.0.0.1:${port}/?folder=${encodeURIComponent(SSOT_FOLDER)}`);
    return await session(page);
  } finally {
    await browser.close();
    // The workbench has processes of its own.
    process.kill(-server.pid, "SIGTERM");
  }
}

async function opened(page, address) {
  for (let left = 60; ; left -= 1) {
    try {
      await page.goto(address);
      break;
    } catch (error) {
      if (left === 0) {
        throw error;
      }
      await page.waitForTimeout(500);
    }
  }
  await page.locator(".monaco-workbench").waitFor();
}

async function session(page) {
  const picture = (name) => page.screenshot({ path: path.join(SSOT_PLACE, `${name}.png`) });
  const seen = {};
  try {
    await page.locator(".explorer-folders-view").waitFor();
    await page.keyboard.press("Control+P");
    await page.keyboard.type("notifier.py", { delay: 20 });
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "notifier.py" }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".editor-instance .view-line", { hasText: "ConnectionHub" }).first().waitFor();
    await page.locator(".squiggly-error").first().waitFor();
    seen.status = (await page.locator(".statusbar-item", { hasText: "ssot-lint" }).first().innerText()).trim();

    await page.keyboard.press("Control+Shift+M");
    // The panel has only those rows in the page that can be seen.
    await page.locator(".viewpane-filter input").first().fill("notifier.py");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "SOT103" }).first().waitFor();
    seen.first = await problems(page);
    seen.squiggles = await page.locator(".squiggly-error").count();
    await picture("opened");

    // The steps of the chain stand below the finding in the panel.
    const step = page.locator(".markers-panel .monaco-list-row", { hasText: "ConnectionHub = ChannelManager" }).first();
    await step.waitFor();
    seen.related = (await step.innerText()).trim();
    await picture("chain");

    await page.locator(".editor-instance .view-line").first().click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("from chat.channels import ChannelManager as Cm\n", { delay: 10 });
    await page.locator(".markers-panel .monaco-list-row", { hasText: "SOT101" }).first().waitFor();
    seen.second = await problems(page);
    seen.isDirty = await page.locator(".tab.dirty", { hasText: "notifier.py" }).count();

    await page.locator(".editor-instance .view-line", { hasText: "as Cm" }).first().locator("span", { hasText: "Cm" }).last().hover();
    const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "SOT101" }).first();
    await hover.waitFor();
    seen.hover = await hover.innerText();
    await picture("hover");
    await page.keyboard.press("Escape");

    await page.locator(".editor-instance .view-line", { hasText: "as Cm" }).first().click();
    await page.keyboard.press("End");
    const bulb = page.locator("[class*=lightbulb]:visible, [class*=light-bulb]:visible, .lightBulbWidget:visible").first();
    await bulb.click();
    const offered = page.locator(".action-widget .monaco-list-row");
    await offered.first().waitFor();
    seen.actions = (await offered.allInnerTexts()).map(plain);
    await picture("actions");
    await offered.filter({ hasText: "Import ChannelManager" }).first().click();
    await page.locator(".editor-instance .view-line", { hasText: "as Cm" }).first().waitFor({ state: "detached" });
    await page.locator(".markers-panel .monaco-list-row", { hasText: "SOT101" }).first().waitFor({ state: "detached" });
    seen.line = plain(await page.locator(".editor-instance .view-line").first().innerText());
    await picture("fixed");

    await command(page, "ssot-lint: Restart the server");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "SOT301" }).first().waitFor({ state: "detached" });
    await page.locator(".markers-panel .monaco-list-row", { hasText: "SOT301" }).first().waitFor();
    seen.restarted = await problems(page);

    // The page of a rule.
    await page.locator(".editor-instance .view-line", { hasText: "ConnectionHub" }).first().click();
    await command(page, "ssot-lint: Explain the finding here");
    await page.locator(".tab", { hasText: /Preview .*\.md/ }).first().waitFor();
    seen.page = (await page.locator(".tab", { hasText: /Preview .*\.md/ }).first().innerText()).trim();
    await page.waitForTimeout(1000);
    await picture("page");
  } catch (error) {
    seen.problem = String(error);
    await picture("problem");
  }
  return seen;
}

/** Gives a command by its name. */
async function command(page, name) {
  await page.keyboard.press("F1");
  await page.keyboard.type(name, { delay: 10 });
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
  await page.keyboard.press("Enter");
}

/** The lines of the panel of problems as they are shown, without those of their chains. */
async function problems(page) {
  const rows = await page.locator(".markers-panel .monaco-list-row").allInnerTexts();
  return rows.map(plain).filter((row) => /SOT\d/.test(row));
}

/** Text as it reads: the workbench has spaces that do not break, and lines where it has boxes. */
function plain(text) {
  return text.replace(/\s+/g, " ").trim();
}

main()
  .then((seen) => fs.writeFileSync(SSOT_RESULT, JSON.stringify(seen)))
  .catch((error) => fs.writeFileSync(SSOT_RESULT, JSON.stringify({ problem: String(error) })))
  .finally(() => process.exit(0));
