/** The page of the component's own tests: one upload list, and its inside for the test to look at. */
import { readJson } from "../../../frontend/src/lib/dom";
import { precheck } from "../../../frontend/src/lib/precheck";
import { mountUploadList } from "../../../frontend/src/lib/uploader-list";
import type { CheckName, FileKind, UploadConfig } from "../../../frontend/src/lib/uploader-types";

const config = readJson<UploadConfig>("uploads-config");
const kind = document.body.querySelector<HTMLElement>("[data-kind]")!.dataset.kind as FileKind;
const parameters = new URLSearchParams(location.search);
const done: { name: string; fileId: string; clientId: string }[] = [];

const list = mountUploadList(document.getElementById("files")!, {
  ...config,
  kind,
  scope: parameters.get("scope") ?? "harness",
  maxFiles: parameters.has("max") ? Number(parameters.get("max")) : undefined,
  keepDone: !parameters.has("forget"),
  hint: "每张不低于 2 MB",
  purpose: (_file, clientId) => ({ place: "harness", client_id: clientId }),
  onDone: ({ name, fileId, clientId }) => done.push({ name, fileId, clientId }),
});

const input = document.querySelector<HTMLInputElement>("#files input[type=file]")!;
Object.assign(window, {
  harness: {
    list,
    done,
    /** The phone's findings on the file that lies in the field `#probe`. */
    findings: async (check: CheckName) => {
      const file = document.querySelector<HTMLInputElement>("#probe")!.files![0]!;
      return precheck(file, check, config.rules);
    },
  },
});
input.dataset.ready = "";
