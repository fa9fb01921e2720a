/** Leads to the field that answers a code: fields name the codes they answer in `data-lack`. */
export function jumpTo(code: string): void {
  const field = document.querySelector<HTMLElement>(`[data-lack~="${CSS.escape(code)}"]`);
  field?.scrollIntoView({ block: "center" });
  field?.querySelector<HTMLElement>("input, textarea, button")?.focus({ preventScroll: true });
}
