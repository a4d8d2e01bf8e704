// Texts with `{{name}}`. Nothing but replacement: no code, no loops; values are cut and cleaned, for devices wrote them.
const MAX_VALUE = 200
const MAX_TEXT = 500
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

export type Template = (get: (name: string) => string | undefined) => string

/** Compiles a text; an unknown name becomes the empty string. */
export function template(text: string): Template {
  const parts = text.split(/\{\{\s*([\w.-]+)\s*\}\}/)
  if (parts.length === 1) return () => text
  return (get) => {
    let out = ''
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as string
      out += i % 2 === 0 ? part : clean(get(part) ?? '')
    }
    return out.slice(0, MAX_TEXT)
  }
}

/** One line of printable text of at most 200 characters. */
export function clean(value: string): string {
  return value.replace(CONTROL, ' ').slice(0, MAX_VALUE)
}
