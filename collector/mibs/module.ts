// Reads MIB modules (SMIv1 and SMIv2) as far as names, OIDs, labels of numbers and traps go; the rest is passed over. What
// cannot be read costs itself: reading goes on with the next definition.
import { type Token, tokensOf } from './tokens.ts'

/** Where an OID hangs: names and numbers from its parent down, `{ enterprises 9 }`. */
export interface OidValue {
  readonly parent: string
  readonly arcs: readonly number[]
}

export interface MibObject {
  readonly name: string
  readonly line: number
  readonly oid: OidValue | undefined
  /** Type it is of, for labels that a textual convention has. */
  readonly type: string | undefined
  readonly labels: Readonly<Record<string, string>> | undefined
}

export interface MibTrap {
  readonly name: string
  readonly line: number
  /** SMIv2: where it is; SMIv1: under its enterprise. */
  readonly oid: OidValue | undefined
  readonly enterprise: { readonly name: string; readonly specific: number } | undefined
  readonly objects: readonly string[]
  readonly description: string
}

export interface MibModule {
  readonly name: string
  readonly file: string
  readonly line: number
  /** Symbol to the module it is imported from. */
  readonly imports: ReadonlyMap<string, { readonly from: string; readonly line: number }>
  readonly objects: ReadonlyMap<string, MibObject>
  readonly types: ReadonlyMap<
    string,
    { readonly base: string | undefined; readonly labels: Readonly<Record<string, string>> | undefined }
  >
  readonly traps: readonly MibTrap[]
  readonly problems: readonly MibProblem[]
}

export interface MibProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** Macros that define something with an OID, and where their definition ends: `::= { ... }` or a number. */
const MACROS = new Set([
  'OBJECT-TYPE',
  'NOTIFICATION-TYPE',
  'TRAP-TYPE',
  'MODULE-IDENTITY',
  'OBJECT-IDENTITY',
  'OBJECT-GROUP',
  'NOTIFICATION-GROUP',
  'MODULE-COMPLIANCE',
  'AGENT-CAPABILITIES',
])
const MAX_ENUM = 1000

/** Every module of one file. Throws when the file holds none. */
export function readMibFile(file: string, text: string): MibModule[] {
  const tokens = tokensOf(text)
  const modules: MibModule[] = []
  let at = 0
  while (at < tokens.length) {
    if (tokens[at + 1]?.text === 'DEFINITIONS' && tokens[at]?.kind === 'word') {
      const [module, next] = readModule(file, tokens, at)
      modules.push(module)
      at = next
    } else if (tokens[at + 1]?.text === '{' && tokens[at]?.kind === 'word' && isOidBefore(tokens, at)) {
      // NAME { iso org(3) ... } DEFINITIONS: an OID between
      const [module, next] = readModule(file, tokens, at)
      modules.push(module)
      at = next
    } else at++
  }
  if (modules.length === 0) throw new Error('no "NAME DEFINITIONS ::= BEGIN" in it: this is no MIB module')
  return modules
}

function isOidBefore(tokens: readonly Token[], at: number): boolean {
  let end = at + 2
  while (end < tokens.length && end < at + 40 && tokens[end]?.text !== '}') end++
  return tokens[end + 1]?.text === 'DEFINITIONS'
}

function readModule(file: string, tokens: readonly Token[], start: number): [MibModule, number] {
  const head = tokens[start] as Token
  const imports = new Map<string, { from: string; line: number }>()
  const objects = new Map<string, MibObject>()
  const types = new Map<string, { base: string | undefined; labels: Record<string, string> | undefined }>()
  const traps: MibTrap[] = []
  const problems: MibProblem[] = []
  const textAt = (i: number) => tokens[i]?.text ?? ''
  let at = start
  while (at < tokens.length && textAt(at) !== 'BEGIN') at++
  at++
  let ended = false
  while (at < tokens.length) {
    const word = textAt(at)
    if (word === 'END') {
      ended = true
      at++
      break
    }
    if (word === 'IMPORTS') at = readImports(tokens, at + 1, imports)
    else if (word === 'EXPORTS') at = past(tokens, at, ';')
    else if (textAt(at + 1) === 'MACRO') at = past(tokens, at, 'END')
    else if (textAt(at + 1) === 'OBJECT' && textAt(at + 2) === 'IDENTIFIER' && textAt(at + 3) === '::=') {
      const [oid, next] = readOid(tokens, at + 4)
      objects.set(word, { name: word, line: lineOf(at), oid, type: undefined, labels: undefined })
      if (!oid) problems.push({ file, line: lineOf(at), message: `the OID of ${word} cannot be read` })
      at = next
    } else if (MACROS.has(textAt(at + 1)) && tokens[at]?.kind === 'word') at = readMacro(at)
    else if (textAt(at + 1) === '::=' && tokens[at]?.kind === 'word') {
      const [type, next] = readType(tokens, at + 2)
      types.set(word, type)
      at = next
    } else at++
  }
  if (!ended)
    problems.push({
      file,
      line: tokens.at(-1)?.line ?? 1,
      message: `module ${head.text} has no END: the file may be cut off`,
    })
  return [{ name: head.text, file, line: head.line, imports, objects, types, traps, problems }, at]

  function lineOf(i: number): number {
    return tokens[i]?.line ?? 1
  }

  function readMacro(from: number): number {
    const name = textAt(from)
    const macro = textAt(from + 1)
    const clauses = { syntax: -1, list: -1, enterprise: '', description: '' }
    let i = from + 2
    while (i < tokens.length && textAt(i) !== '::=' && textAt(i) !== 'END') {
      const clause = tokens[i]?.kind === 'text' ? '' : textAt(i)
      if (clause === 'SYNTAX' && clauses.syntax < 0) clauses.syntax = i + 1
      if (clause === 'OBJECTS' || clause === 'VARIABLES') clauses.list = i + 1
      if (clause === 'ENTERPRISE') clauses.enterprise = textAt(textAt(i + 1) === '{' ? i + 2 : i + 1)
      if (clause === 'DESCRIPTION' && tokens[i + 1]?.kind === 'text' && clauses.description === '')
        clauses.description = textAt(i + 1)
      if (i > from + 2 && MACROS.has(textAt(i + 1)) && tokens[i]?.kind === 'word' && clause !== '') break
      i++
    }
    const line = lineOf(from)
    if (textAt(i) !== '::=') {
      problems.push({ file, line, message: `${name} has no "::=": it is left out` })
      return i
    }
    const list = clauses.list < 0 ? [] : namesIn(tokens, clauses.list)
    const description = clauses.description.replace(/\s+/g, ' ').trim().slice(0, 500)
    if (macro === 'TRAP-TYPE') {
      const specific = Number(textAt(i + 1))
      if (Number.isInteger(specific))
        traps.push({
          name,
          line,
          oid: undefined,
          enterprise: { name: clauses.enterprise, specific },
          objects: list,
          description,
        })
      else problems.push({ file, line, message: `${name} has no number: it is left out` })
      return i + 2
    }
    const [oid, next] = readOid(tokens, i + 1)
    if (!oid) problems.push({ file, line, message: `the OID of ${name} cannot be read` })
    const [syntax] = clauses.syntax < 0 ? [undefined] : readType(tokens, clauses.syntax)
    objects.set(name, { name, line, oid, type: syntax?.base, labels: syntax?.labels })
    if (macro === 'NOTIFICATION-TYPE')
      traps.push({ name, line, oid, enterprise: undefined, objects: list, description })
    return next
  }
}

function past(tokens: readonly Token[], from: number, sign: string): number {
  let at = from
  while (at < tokens.length && tokens[at]?.text !== sign) at++
  return at + 1
}

function readImports(
  tokens: readonly Token[],
  from: number,
  imports: Map<string, { from: string; line: number }>,
): number {
  let at = from
  let names: string[] = []
  while (at < tokens.length && tokens[at]?.text !== ';') {
    const token = tokens[at] as Token
    if (token.text === 'FROM') {
      const module = tokens[at + 1]
      for (const name of names) imports.set(name, { from: module?.text ?? '', line: token.line })
      names = []
      at += 2
      continue
    }
    // a forgotten `;`: definitions begin
    if (token.text === '::=' || MACROS.has(tokens[at + 1]?.text ?? '')) {
      if (tokens[at + 1]?.text !== ',' && tokens[at + 1]?.text !== 'FROM' && !isListed(tokens, at + 1)) return at
    }
    if (token.kind === 'word') names.push(token.text)
    at++
  }
  return at + 1
}

/** A macro's name in a list of imports, not at the head of a definition. */
function isListed(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text
  return next === ',' || next === 'FROM' || tokens[at - 1]?.text === ','
}

/** `{ parent(1) name(2) 3 }`. */
function readOid(tokens: readonly Token[], from: number): [OidValue | undefined, number] {
  if (tokens[from]?.text !== '{') return [undefined, from]
  let parent: string | undefined
  const arcs: number[] = []
  let at = from + 1
  let fine = true
  while (at < tokens.length && at < from + 400 && tokens[at]?.text !== '}') {
    const token = tokens[at] as Token
    const numbered = tokens[at + 1]?.text === '(' && tokens[at + 2]?.kind === 'number' && tokens[at + 3]?.text === ')'
    if (token.kind === 'number') arcs.push(Number(token.text))
    else if (token.kind === 'word' && numbered && parent !== undefined) arcs.push(Number(tokens[at + 2]?.text))
    else if (token.kind === 'word' && parent === undefined && arcs.length === 0) parent = token.text
    else fine = false
    at += numbered ? 4 : 1
  }
  return [fine && (parent !== undefined || arcs.length > 0) ? { parent: parent ?? '', arcs } : undefined, at + 1]
}

/** A type after SYNTAX or `Name ::=`: its base and the labels of its numbers. Where reading goes on comes with it. */
function readType(
  tokens: readonly Token[],
  from: number,
): [{ base: string | undefined; labels: Record<string, string> | undefined }, number] {
  let at = from
  if (tokens[at]?.text === 'TEXTUAL-CONVENTION') {
    const end = at + 4000
    while (at < tokens.length && at < end && !(tokens[at]?.kind === 'word' && tokens[at]?.text === 'SYNTAX')) at++
    at++
  }
  const base = tokens[at]?.kind === 'word' ? tokens[at]?.text : undefined
  if (tokens[at + 1]?.text !== '{' || base === 'SEQUENCE' || base === 'CHOICE')
    return [{ base, labels: undefined }, at + 1]
  const labels: Record<string, string> = {}
  let i = at + 2
  for (let n = 0; n < MAX_ENUM && i < tokens.length && tokens[i]?.text !== '}'; n++) {
    if (tokens[i + 1]?.text === '(' && tokens[i + 2]?.kind === 'number') {
      labels[(tokens[i + 2] as Token).text] ??= (tokens[i] as Token).text
      i += 4
    } else i++
    if (tokens[i]?.text === ',') i++
  }
  return [{ base, labels: Object.keys(labels).length > 0 ? labels : undefined }, i + 1]
}

function namesIn(tokens: readonly Token[], from: number): string[] {
  const names: string[] = []
  if (tokens[from]?.text !== '{') return names
  for (let i = from + 1; i < tokens.length && names.length < 64 && tokens[i]?.text !== '}'; i++)
    if (tokens[i]?.kind === 'word') names.push((tokens[i] as Token).text)
  return names
}
