// Finds what can be mutated in a source file: the faults that people make, one at a time. Texts, numbers and regular
// expressions are left alone: a changed word or limit says little about the tests.
import { parseSync } from 'rolldown/utils'

export interface Mutant {
  readonly id: number
  readonly file: string
  readonly line: number
  /** What happens to it: `<= to <`, `statement removed` ... */
  readonly what: string
  readonly start: number
  readonly end: number
  /** In place of the text from `start` to `end`; undefined: the statement is left out. */
  readonly to: string | undefined
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const OPPOSITE: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
}
const OTHER_METHOD = new Map(
  Object.entries({
    min: 'max',
    max: 'min',
    some: 'every',
    every: 'some',
    startsWith: 'endsWith',
    endsWith: 'startsWith',
    floor: 'ceil',
    ceil: 'floor',
  }),
)

/** All mutants of a file, in the order of the text; `first` is the id of the first. */
export function mutantsOf(file: string, source: string, first: number): Mutant[] {
  const { program, errors } = parseSync(file, source, { lang: 'ts', sourceType: 'module' })
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Omit<Mutant, 'id'>[] = []
  const lineOf = (at: number) => source.slice(0, at).split('\n').length
  const add = (node: Node, what: string, to: string | undefined) => {
    const { start, end } = node
    if (to === source.slice(start, end)) return
    found.push({ file, line: lineOf(start), what, start, end, to })
  }
  const textOf = (node: Node) => source.slice(node.start, node.end)
  walk(program as unknown as Node, (node) => {
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const [left, right] = [node.left as Node, node.right as Node]
        for (const to of OPPOSITE[node.operator as string] ?? []) {
          if (node.operator === '+' && isText(left, right)) continue
          const whole = `(${textOf(left)}) ${to} (${textOf(right)})`
          add(node, `${node.operator} to ${to}`, whole)
        }
        break
      }
      case 'ConditionalExpression':
      case 'IfStatement': {
        const test = node.test as Node
        add(test, 'condition to true', 'true')
        add(test, 'condition to false', 'false')
        break
      }
      case 'WhileStatement':
      case 'ForStatement':
        if (node.test) add(node.test as Node, 'loop condition to false', 'false')
        break
      case 'UnaryExpression':
        if (node.operator === '!' || node.operator === '-')
          add(node, `${node.operator} removed`, textOf(node.argument as Node))
        break
      case 'UpdateExpression': {
        const to = node.operator === '++' ? '--' : '++'
        const argument = textOf(node.argument as Node)
        add(node, `${node.operator} to ${to}`, node.prefix ? to + argument : argument + to)
        break
      }
      case 'AssignmentExpression': {
        const to = OPPOSITE[node.operator as string]?.[0]
        if (to?.endsWith('='))
          add(node, `${node.operator} to ${to}`, `${textOf(node.left as Node)} ${to} ${textOf(node.right as Node)}`)
        break
      }
      case 'Literal':
        if (typeof node.value === 'boolean') add(node, `${node.value} to ${!node.value}`, String(!node.value))
        break
      case 'ReturnStatement':
        if (node.argument) addValue(node.argument as Node, 'returns undefined')
        break
      case 'ArrowFunctionExpression':
        if (node.expression) addValue(node.body as Node, 'answers undefined')
        break
      case 'CallExpression': {
        const callee = node.callee as Node
        const name = callee.type === 'MemberExpression' && !callee.computed ? (callee.property as Node) : undefined
        const other = name && OTHER_METHOD.get(textOf(name))
        if (name && other)
          add(
            node,
            `${textOf(name)} to ${other}`,
            source.slice(node.start, name.start) + other + source.slice(name.end, node.end),
          )
        break
      }
      case 'ExpressionStatement':
        if (!node.directive) add(node, 'statement removed', undefined)
        break
    }
  })
  function addValue(value: Node, what: string): void {
    if (/^(undefined|void 0)$/.test(textOf(value)) || (value.type === 'UnaryExpression' && value.operator === 'void'))
      return
    add(value, what, 'undefined')
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  return found.map((mutant, i) => ({ id: first + i, ...mutant }))
}

function isText(...nodes: readonly Node[]): boolean {
  return nodes.some((n) => n.type === 'TemplateLiteral' || (n.type === 'Literal' && typeof n.value === 'string'))
}

/** Every node that is code; types are not. */
function walk(node: Node, visit: (node: Node) => void): void {
  const isCode = !node.type.startsWith('TS') || /^TS(As|Satisfies|NonNull)/.test(node.type)
  if (!isCode) return
  visit(node)
  for (const [key, child] of Object.entries(node)) {
    if (key === 'typeAnnotation' || key === 'typeArguments' || key === 'typeParameters' || key === 'returnType')
      continue
    if (Array.isArray(child)) {
      for (const one of child) if (isNode(one)) walk(one, visit)
    } else if (isNode(child)) walk(child, visit)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
