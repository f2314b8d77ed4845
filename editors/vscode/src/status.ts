// How the server is → the item in the status bar.

import { State } from "vscode-languageclient/node";
import { type Disposable, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";

export class Status implements Disposable {
  private readonly item: StatusBarItem;

  constructor() {
    this.item = window.createStatusBarItem("ssot-lint", StatusBarAlignment.Right, 0);
    this.item.name = "ssot-lint";
    this.item.command = "ssot-lint.showOutput";
    this.show("$(circle-slash) ssot-lint", "ssot-lint is switched off");
    this.item.show();
  }

  off(): void {
    this.show("$(circle-slash) ssot-lint", "ssot-lint is switched off");
  }

  state(state: State, about: string): void {
    if (state === State.Running) {
      this.show("$(check) ssot-lint", `ssot-lint runs: ${about}`);
    } else if (state === State.Starting) {
      this.show("$(sync~spin) ssot-lint", `ssot-lint starts: ${about}`);
    } else {
      this.failed(`ssot-lint has stopped: ${about}`);
    }
  }

  failed(text: string): void {
    this.show("$(error) ssot-lint", text);
    this.item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, tooltip: string): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.backgroundColor = undefined;
  }
}
