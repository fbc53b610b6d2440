/** The form of one day's report: sections, figures, note, remarks, package, and the bar to hand it in (C1). */
import { h, icon, readJson } from "../lib/dom";
import { zipFolder } from "../lib/folder-zip";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { mountUploadList } from "../lib/uploader-list";
import type { UploadList } from "../lib/uploader-types";
import { Bar } from "../report/bar";
import { Field } from "../report/fields";
import { SuggestedFigure } from "../report/suggested";
import { findingList, keep, talk } from "../report/findings";
import { Section } from "../report/sections";
import { Store } from "../report/store";
import type { ReportState, Settings } from "../report/types";

const TONES = { draft: ["stone", "pencil-square"], submitted: ["sky", "hourglass-split"], returned: ["flame", "arrow-return-left"], accepted: ["leaf", "check-circle-fill"] } as const;

function figures(store: Store): Field[] {
  const place = document.querySelector<HTMLElement>("[data-figures]")!;
  return store.settings.figures.map((figure) => {
    const field = new SuggestedFigure(store, null, figure.field, { label: figure.label, form: "number", onInput: () => field.suggest() });
    place.append(field.element);
    return field;
  });
}

function note(store: Store): Field {
  const field = new Field(store, null, "note", { label: t("需要向上级说明的情况（选填）", "Anything the line above should know (optional)"), form: "area", rows: 2 });
  document.querySelector("[data-note]")!.append(field.element);
  return field;
}

/** A zip as it is, or a folder that the browser zips, goes in as one package (C7). */
function packages(store: Store): UploadList | null {
  const root = document.querySelector<HTMLElement>("[data-package]")!;
  root.hidden = !store.editable;
  if (!store.editable) {
    return null;
  }
  const { settings } = store;
  const list = mountUploadList(root.querySelector<HTMLElement>("[data-package-zip]")!, {
    ...settings.uploads,
    kind: "other",
    accept: ".zip,application/zip",
    scope: `report:${settings.organisation}:${settings.day}:package`,
    purpose: (_file, clientId) => ({ day: settings.day, section: "package", client_id: clientId }),
    label: t("选择压缩包（zip）", "Choose a zip"),
    onDone: () => location.reload(),
  });
  const chooser = h("input", { type: "file", class: "visually-hidden", id: "package-folder", webkitdirectory: true, multiple: true });
  chooser.addEventListener("change", () => {
    const files = [...(chooser.files ?? [])];
    chooser.value = "";
    if (files.length) {
      zipFolder(files).then(
        (zip) => list.uploader.add([zip]),
        () => toast(t("文件夹没有读完，请再选一次，或先打成压缩包。", "The folder could not be read. Choose it again, or zip it first."), { level: "error" }),
      );
    }
  });
  if ("webkitdirectory" in chooser) {
    root.querySelector("[data-package-folder]")!.append(
      chooser,
      h("label", { class: "btn btn-outline-primary", for: "package-folder" }, icon("folder2-open"), t("选择文件夹", "Choose a folder")),
    );
  }
  if (list.uploader.items.length) {
    (root as HTMLDetailsElement).open = true;
  }
  return list;
}

function showState(state: ReportState): void {
  const place = document.getElementById("report-state")!;
  const [tone, symbol] = TONES[state.state];
  keep(place, [state.state, state.isLate, state.errorReason], () => [
    h("span", { class: `state state-${tone}`, "data-state": state.state }, icon(symbol), h("span", {}, state.stateLabel)),
    state.isLate ? h("span", { class: "state state-gold", "data-state": "late" }, icon("clock-history"), h("span", {}, t("逾期", "Late"))) : null,
  ]);
}

function start(): void {
  const store = new Store(readJson<Settings>("report-settings"));
  const sections = store.settings.sections.map((kind) => new Section(store, kind, document.getElementById(`section-${kind}`)!));
  const own = [...figures(store), note(store)];
  const list = packages(store);
  const pending = (): number =>
    sections.reduce((sum, section) => sum + section.pending, 0) + (list?.uploader.items ?? []).filter((item) => item.state === "uploading").length;
  const bar = new Bar(document.getElementById("report-bar")!, store, pending);
  const talkSection = document.getElementById("section-talk")!;
  const talkPlace = talkSection.querySelector<HTMLElement>("[data-talk]")!;
  const begun = store.state.state;
  const update = (): void => {
    const state = store.state;
    sections.forEach((section) => section.update(state));
    own.forEach((field) => field.update(state.values[field.element.dataset.field ?? ""] ?? "", state.editable));
    showState(state);
    talkSection.hidden = state.comments.length === 0;
    keep(talkPlace, state.comments, () => talk(store, null, state.comments));
    bar.update();
    if (state.state !== begun && (state.state === "returned" || state.state === "accepted") && store.drafts.isEmpty) {
      // The line above has just decided: the page shows its words.
      location.reload();
    }
  };
  store.onChange(update);
  update();
  if (store.state.errorReason) {
    document
      .getElementById("report-problem")!
      .append(h("div", { class: "notice notice-warning" }, icon("exclamation-triangle-fill"), h("div", {}, h("p", {}, h("strong", {}, t("带问题提交的理由：", "Submitted with this reason: ")), store.state.errorReason))));
  }
  if (store.state.findings.length && store.state.items.length) {
    document.getElementById("report-problem")!.append(findingList(store.state.findings));
  }
}

start();
