import assert from "node:assert/strict";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { commandFor, type Wishes } from "./command";

const nothing: Wishes = { path: "", interpreter: "", folders: ["/project"] };
const never = (): boolean => false;
const always = (): boolean => true;

test("a path that is set counts most", () => {
  const wishes = { ...nothing, path: "tools/ssot-lint", interpreter: "python3" };
  assert.deepEqual(commandFor(wishes, always, "linux"), {
    command: path.join("/project", "tools", "ssot-lint"),
    args: ["server"],
    from: "the setting ssot-lint.path",
  });
  assert.equal(commandFor({ ...nothing, path: "ssot-lint" }, never).command, "ssot-lint");
  assert.equal(commandFor({ ...nothing, path: "~/bin/ssot-lint" }, never).command, path.join(os.homedir(), "bin/ssot-lint"));
  assert.equal(commandFor({ ...nothing, path: "${workspaceFolder}/a" }, never).command, "/project/a");
});

test("an interpreter runs the module", () => {
  const found = commandFor({ ...nothing, interpreter: "/usr/bin/python3" }, never);
  assert.deepEqual([found.command, ...found.args], ["/usr/bin/python3", "-m", "ssot_lint", "server"]);
});

test("then the environment of a folder, that of the Python extension, and the PATH", () => {
  const wishes = { ...nothing, folders: ["/a", "/b"], chosen: "/env/bin/python" };
  const only = (file: string) => (one: string): boolean => one === file;
  const at = (file: string): string => commandFor(wishes, only(file), "linux").command;
  assert.equal(at("/b/.venv/bin/ssot-lint"), "/b/.venv/bin/ssot-lint");
  assert.equal(at("/env/bin/ssot-lint"), "/env/bin/ssot-lint");
  assert.equal(at("/nowhere"), "ssot-lint");
});
