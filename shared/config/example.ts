// A commented example file and a JSON Schema, both generated from the one definition: the zod schema.
import { stringify } from 'yaml'
import { z } from 'zod'

interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  /** Our own mark on a schema: `.meta({ example })` (zod drops `examples` where a transform is inside). */
  readonly example?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

/** JSON Schema (draft 2020-12) of what a person may write. */
export function configJsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return { $schema, title, ...rest }
}

/**
 * Example file: every key with its description; keys with an `example` mark are written out, all others stand as
 * comments with their defaults. `schemaFile` goes into the line that editors read.
 */
export function exampleYaml(schema: z.ZodType, schemaFile: string, intro: string): string {
  const root = configJsonSchema(schema, '') as JsonSchema
  const head = [
    `# yaml-language-server: $schema=${schemaFile}`,
    ...intro.split('\n').map((l) => `# ${l}`.trimEnd()),
    '',
  ]
  return `${[...head, ...block(root, 0, false)].join('\n').trimEnd()}\n`
}

function block(schema: JsonSchema, depth: number, commented: boolean): string[] {
  const lines: string[] = []
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const example = child.example
    const optionalObject = (child.required ?? []).length > 0 && !(schema.required ?? []).includes(key)
    const off =
      commented ||
      optionalObject ||
      (example === undefined && !child.properties && !(schema.required ?? []).includes(key))
    const pad = '  '.repeat(depth)
    const put = (text: string) => lines.push(off ? `${pad}# ${text}` : `${pad}${text}`)
    if (child.description) for (const l of child.description.split('\n')) lines.push(`${pad}# ${l}`)
    if (example !== undefined || !child.properties) {
      const value = example ?? child.default ?? null
      for (const l of stringify({ [key]: value }, { lineWidth: 0 })
        .trimEnd()
        .split('\n'))
        put(l)
    } else {
      const inner = block(child, depth + 1, off)
      const active = inner.some((l) => !/^\s*(#|$)/.test(l))
      lines.push(active ? `${pad}${key}:` : `${pad}# ${key}:`, ...inner)
    }
    if (depth === 0) lines.push('')
  }
  return lines
}
