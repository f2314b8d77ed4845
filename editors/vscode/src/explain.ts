// The finding at the cursor → the page of its rule.

import { commands, type Diagnostic, languages, type Uri, window } from "vscode";

interface Page {
  readonly label: string;
  readonly description: string;
  readonly uri: Uri;
}

/** Opens the page of the rule of the finding at the cursor; of several, or of none there, people choose. */
export async function explain(): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) {
    return;
  }
  const all = languages.getDiagnostics(editor.document.uri).filter((one) => one.source === "ssot-lint");
  const here = all.filter((one) => one.range.intersection(editor.selection) !== undefined);
  const pages = pagesOf(here.length > 0 ? here : all);
  if (pages.length === 0) {
    void window.showInformationMessage("ssot-lint finds nothing in this file.");
    return;
  }
  const chosen = pages.length === 1 ? pages[0] : await window.showQuickPick(pages, { title: "Which rule?" });
  if (chosen !== undefined) {
    await commands.executeCommand("markdown.showPreview", chosen.uri);
  }
}

function pagesOf(found: readonly Diagnostic[]): Page[] {
  const pages = new Map<string, Page>();
  for (const one of found) {
    if (typeof one.code === "object") {
      const label = String(one.code.value);
      pages.set(label, { label, description: one.message, uri: one.code.target });
    }
  }
  return [...pages.values()];
}
