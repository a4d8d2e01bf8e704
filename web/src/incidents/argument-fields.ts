// From an action's argument schema to form fields, and from what was typed back to arguments.
import { z } from 'zod'

export interface ArgumentField {
  readonly name: string
  readonly kind: 'number' | 'text' | 'list'
  readonly required: boolean
  readonly initial: string
  readonly min?: number
  readonly max?: number
}

interface Property {
  readonly type?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

/** Fields in the schema's order. A list is typed one entry per line. */
export function fieldsOf(schema: z.ZodType): readonly ArgumentField[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>
    required?: string[]
  }
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    kind: kindOf(property.type),
    required: json.required?.includes(name) ?? false,
    initial: property.default === undefined ? '' : String(property.default),
    // the schema's own bounds; a JSON integer's natural bounds say nothing to a person
    ...(isBound(property.minimum) ? { min: property.minimum } : {}),
    ...(isBound(property.maximum) ? { max: property.maximum } : {}),
  }))
}

/** Typed text as arguments; what was left empty is left out, so that the schema's default applies. */
export function argumentsFrom(
  fields: readonly ArgumentField[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const text = (values[field.name] ?? field.initial).trim()
    if (text === '') continue
    if (field.kind === 'number') given[field.name] = Number(text)
    else if (field.kind === 'list')
      given[field.name] = text
        .split(/[\s,]+/)
        .filter(Boolean)
        .map((one) => one.replace(/^\./, ''))
    else given[field.name] = text
  }
  return given
}

function kindOf(type: string | undefined): ArgumentField['kind'] {
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'array' ? 'list' : 'text'
}

function isBound(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER
}
