/** A form that is sent with a proof of work: `<form data-proof="url for a fresh challenge">` and a JSON block. */
import { readJson } from "./dom";
import { t } from "./i18n";
import { solve, type Challenge } from "./proof";
import { toast } from "./toast";

/** A challenge lives an hour; after this a new one is fetched. */
const FRESH_MS = 50 * 60 * 1000;

/** Works on the challenge at once; a form sent earlier waits until it is done. */
export function runProof(form: HTMLFormElement): void {
  const field = form.elements.namedItem("proof") as HTMLInputElement;
  let since = performance.now();
  let work = begin(readJson<Challenge>("proof-challenge"));

  function begin(challenge: Challenge): Promise<void> {
    field.value = "";
    const running = solve(challenge).then((answer) => {
      field.value = answer;
    });
    running.catch(() => undefined);
    return running;
  }

  form.addEventListener("submit", (event) => {
    const stale = performance.now() - since > FRESH_MS;
    if (field.value && !stale) {
      return;
    }
    event.preventDefault();
    void finish(stale);
  });

  async function finish(stale: boolean): Promise<void> {
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    button?.setAttribute("aria-busy", "true");
    try {
      if (stale) {
        const answer = await fetch(form.dataset.proof ?? "", { headers: { Accept: "application/json" } });
        work = begin((await answer.json()) as Challenge);
        since = performance.now();
      }
      await work;
      form.requestSubmit(button ?? undefined);
    } catch {
      toast(t("安全验证没有完成，请刷新页面后再试。", "The security check did not finish. Please reload the page."), {
        level: "error",
      });
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }
}
