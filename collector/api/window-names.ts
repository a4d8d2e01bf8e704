// Why something is held back names the maintenance window, and the name of one that is for several customers may say things of
// the others. Who may see some customers only reads that there is a window.

/** Before all texts are gone through: that most answers hold none is cheap to find out. */
const MARK = 'maintenance window \\"'
/** To the last quote: a name may have quotes of its own. */
const NAMED = /maintenance window "[\s\S]*"/
/** What says why, and what is made of it. */
const SAYING: ReadonlySet<string> = new Set(['why', 'note', 'text'])

/** A copy without names of windows when there are any, else `value` itself. `value` is plain JSON. */
export function withoutWindowNames<T>(value: T): T {
  const text = JSON.stringify(value) ?? ''
  if (!text.includes(MARK)) return value
  return JSON.parse(text, (key: string, one: unknown) =>
    typeof one === 'string' && SAYING.has(key) ? one.replace(NAMED, 'maintenance window') : one,
  ) as T
}
