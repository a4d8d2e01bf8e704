/** Leads to the first field of `form` that has a problem, once what was just found is drawn. */
export function showFirstWrong(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
}
