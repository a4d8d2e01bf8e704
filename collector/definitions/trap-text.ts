// Sentences of trap definitions: values put into a text, nothing more. `{{value "x"}}`, `{{raw "x"}}`, `{{first "x" "y"}}`,
// `{{hostname}}`, `{{source_ip}}`, `{{trap_name}}`, `{{vendor}}`, `{{with value "x"}}...{{.}}...{{else}}...{{end}}`, and our
// shorter `{{x}}`, `{{raw.x}}`, `{{index.x}}`, `{{last.x}}`. No loops, no code; one pass over the text.

/** Looks a name up: `ifName`, `raw.ifName`, `hostname` ... Undefined or '' when there is nothing. */
export type Lookup = (name: string) => string | undefined

export interface TrapText {
  /** Names that it asks for. */
  readonly names: readonly string[]
  /** At most 512 bytes of UTF-8, one line. */
  render(get: Lookup): string
}

const MAX_BYTES = 512
const MAX_DEPTH = 4
const WORDS = ['hostname', 'source_ip', 'trap_name', 'vendor']

type Part =
  | string
  | { readonly names: readonly string[] }
  | { readonly with: readonly string[]; found: Part[]; none: Part[] }

/** Compiles a text. Throws an Error that says what is not understood. */
export function compileTrapText(text: string): TrapText {
  const tokens = text.split(/\{\{-?\s*([^{}]*?)\s*-?\}\}/)
  const names = new Set<string>()
  let at = 0
  const block = (depth: number): { parts: Part[]; ended: 'else' | 'end' | 'text' } => {
    if (depth > MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} nested {{with}}`)
    const parts: Part[] = []
    while (at < tokens.length) {
      const token = tokens[at] as string
      const isCall = at++ % 2 === 1
      if (!isCall) {
        if (token !== '') parts.push(token)
      } else if (token === 'else' || token === 'end') {
        return { parts, ended: token }
      } else if (/^with\b/.test(token)) {
        const asked = namesOf(token.replace(/^with\b\s*/, ''))
        for (const name of asked) names.add(name)
        const body = block(depth + 1)
        const other = body.ended === 'else' ? block(depth + 1) : undefined
        if ((other ?? body).ended !== 'end') throw new Error('{{with}} without {{end}}')
        parts.push({ with: asked, found: body.parts, none: other?.parts ?? [] })
      } else {
        const asked = namesOf(token)
        for (const name of asked) names.add(name)
        parts.push({ names: asked })
      }
    }
    return { parts, ended: 'text' }
  }
  const { parts, ended } = block(0)
  if (ended !== 'text') throw new Error(`{{${ended}}} without {{with}}`)
  names.delete('.')
  return { names: [...names], render: (get) => cut(fill(parts, get, '')) }
}

/** Names a call asks for, in the order they are tried. */
function namesOf(call: string): string[] {
  const plain = call.replace(/^\((.*)\)$/, '$1').trim()
  if (plain === '.') return ['.']
  const quoted = [...plain.matchAll(/"([^"]{1,128})"/g)].map((m) => m[1] as string)
  const word = /^[\w.-]+/.exec(plain)?.[0] ?? ''
  if (quoted.length > 0) {
    if (word === 'value') return quoted.slice(0, 1)
    if (word === 'raw' || word === 'index' || word === 'last') return [`${word}.${quoted[0]}`]
    if (word === 'first') return quoted
  } else if (
    word === plain &&
    word !== '' &&
    !['value', 'raw', 'first', 'range', 'if', 'template', 'define'].includes(word)
  ) {
    return [word]
  }
  throw new Error(`{{${call.slice(0, 60)}}} is not one of the functions of these texts`)
}

function fill(parts: readonly Part[], get: Lookup, dot: string): string {
  let out = ''
  for (const part of parts) {
    if (typeof part === 'string') out += part
    else if ('with' in part) {
      const value = first(part.with, get, dot)
      out += value === '' ? fill(part.none, get, dot) : fill(part.found, get, value)
    } else out += first(part.names, get, dot)
  }
  return out
}

function first(names: readonly string[], get: Lookup, dot: string): string {
  for (const name of names) {
    const value = name === '.' ? dot : (get(name) ?? '')
    if (value !== '') return value
  }
  return ''
}

/** Whether a name is one of the words that need no varbind. */
export const isTextWord = (name: string): boolean => WORDS.includes(name)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

function cut(text: string): string {
  const line = text.replace(CONTROL, ' ').trim()
  if (Buffer.byteLength(line) <= MAX_BYTES) return line
  // not in the middle of a character
  return new TextDecoder('utf-8').decode(Buffer.from(line).subarray(0, MAX_BYTES)).replace(/\ufffd$/, '')
}
