// Ids made from names, for people who have better things to think about.

/**
 * An id from a name: its Latin letters and digits joined by `-`, before it `fallback` where no letter is left (Chinese
 * names), after it a number while `taken` holds it. An empty name gives an empty id.
 */
export function idFrom(name: string, fallback: string, taken: readonly { readonly id: string }[]): string {
  return freeId(name, fallback, new Set(taken.map((one) => one.id)))
}

/** The same for many: `used` has the ids that are taken. */
export function freeId(name: string, fallback: string, used: ReadonlySet<string>): string {
  if (name.trim() === '') return ''
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '')
  const base = /[a-z]/.test(plain) ? plain : [fallback, plain].filter(Boolean).join('-')
  for (let n = 2, id = base; ; id = `${base}-${n++}`) if (!used.has(id)) return id
}
