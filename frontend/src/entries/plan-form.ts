/** The plan's form: saves itself; empty days are filled from the activities by one tap. */
import { Autosave, settleSent } from "../activities/autosave";
import { readJson } from "../lib/dom";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";

const form = document.getElementById("plan-form") as HTMLFormElement;
settleSent();
new Autosave({ form, ...readJson<{ save: string; page: string; signIn: string }>("plan-settings") });

form.querySelector("[data-fill-days]")?.addEventListener("click", () => {
  let filled = 0;
  form.querySelectorAll<HTMLElement>("[data-day]").forEach((day) => {
    const field = day.querySelector<HTMLTextAreaElement>("textarea");
    const lines = day.querySelector<HTMLTemplateElement>("[data-lines]")?.content.textContent?.trim();
    if (field && lines && field.value.trim() === "") {
      field.value = lines;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      filled += 1;
    }
  });
  toast(
    filled > 0
      ? t(`已填写 ${filled} 天，可以再修改。`, `${filled} days filled in; change them as you like.`)
      : t("没有可以填写的空白日子：先新建活动，或清空要重填的一天。", "No empty day with activities: add activities, or clear a day first."),
    { level: filled > 0 ? "success" : "info" },
  );
});
