// Starts `ssot-lint server` for the folders of a workspace, and stops it. What is found, and what repairs it, comes from there.

import * as fs from "node:fs";
import { commands, type ExtensionContext, extensions, type LogOutputChannel, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions, RevealOutputChannelOn } from "vscode-languageclient/node";
import { type Command, commandFor } from "./command";
import { explain } from "./explain";
import { Status } from "./status";

const NAME = "ssot-lint";

let runner: Runner | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel(NAME, { log: true });
  const status = new Status();
  const own = new Runner(output, status);
  runner = own;
  context.subscriptions.push(
    output,
    status,
    commands.registerCommand(`${NAME}.restart`, () => own.restart()),
    commands.registerCommand(`${NAME}.showOutput`, () => output.show(true)),
    commands.registerCommand(`${NAME}.explain`, explain),
    workspace.onDidChangeConfiguration((event) => {
      // The client itself looks after what is traced.
      if (["enable", "path", "interpreter"].some((one) => event.affectsConfiguration(`${NAME}.${one}`))) {
        void own.restart();
      }
    }),
  );
  await own.restart();
}

export async function deactivate(): Promise<void> {
  await runner?.stop();
}

/** The server of this window. One thing is done after the other: two servers at a time would say everything twice. */
class Runner {
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly output: LogOutputChannel,
    private readonly status: Status,
  ) {}

  restart(): Promise<void> {
    return this.next(async () => {
      await this.end();
      if (workspace.getConfiguration(NAME).get<boolean>("enable", true)) {
        await this.begin();
      } else {
        this.status.off();
      }
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.end());
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async begin(): Promise<void> {
    const found = await command();
    const said = [found.command, ...found.args].join(" ");
    this.output.info(`${said} (from ${found.from})`);
    const client = new LanguageClient(
      NAME,
      NAME,
      { command: found.command, args: [...found.args], options: { cwd: workspace.workspaceFolders?.[0]?.uri.fsPath } },
      this.options(),
    );
    client.onDidChangeState((event) => this.status.state(event.newState, said));
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      this.output.error(`${said}: ${reason}`);
      this.status.failed(`ssot-lint does not start: ${said}: ${reason}`);
      void help(said);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client !== undefined) {
      await client.dispose().catch((error: unknown) => this.output.error(String(error)));
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: "file", language: "python" },
        { scheme: "file", pattern: "**/*.toml" },
      ],
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: NAME,
    };
  }
}

async function command(): Promise<Command> {
  const settings = workspace.getConfiguration(NAME);
  return commandFor(
    {
      path: settings.get<string>("path", ""),
      interpreter: settings.get<string>("interpreter", ""),
      folders: (workspace.workspaceFolders ?? []).map((one) => one.uri.fsPath),
      chosen: await chosenPython(),
    },
    (file) => fs.existsSync(file),
  );
}

/** The interpreter that the Python extension has chosen for the first folder. */
async function chosenPython(): Promise<string | undefined> {
  const python = extensions.getExtension("ms-python.python");
  if (python === undefined) {
    return undefined;
  }
  try {
    const api = await python.activate();
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const found: unknown = api?.environments?.getActiveEnvironmentPath?.(folder)?.path;
    return typeof found === "string" ? found : undefined;
  } catch {
    // Without it there is still the PATH.
    return undefined;
  }
}

async function help(said: string): Promise<void> {
  const open = "Open the settings";
  const answer = await window.showErrorMessage(
    `ssot-lint does not start with \`${said}\`. Install it with \`pip install 'ssot-lint[server]'\`, or set where it is.`,
    open,
  );
  if (answer === open) {
    await commands.executeCommand("workbench.action.openSettings", "ssot-lint");
  }
}
