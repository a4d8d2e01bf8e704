// Expressions that people write (CEL). Compiled once; names are checked, cost is bounded by their shape, nothing throws.
import { type CelInput, CelScalar, celEnv, celFunc, isCelError, parse, plan } from '@bufbuild/cel'

export type CelValues = Readonly<Record<string, CelInput>>

export type CelAnswer = { readonly ok: true; readonly value: boolean } | { readonly ok: false; readonly why: string }

export type CompiledCel =
  | {
      readonly ok: true
      /** Variables it names. */
      readonly uses: ReadonlySet<string>
      /** Variables that are not in `values` are unknown: an answer that needs none of them is given all the same. */
      test(values: CelValues): CelAnswer
    }
  | { readonly ok: false; readonly message: string }

/** Items of a list that one expression may be given. */
export const MAX_LIST = 256
/** Steps one evaluation may take at worst. */
const MAX_COST = 20_000
const MAX_WHY = 200

const { DOUBLE, INT } = CelScalar
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '_+_': (a, b) => a + b,
  '_-_': (a, b) => a - b,
  '_*_': (a, b) => a * b,
  '_/_': (a, b) => a / b,
}

/** Values are doubles; `value * 2` is meant when it is written, though CEL knows no double times int. */
const env = celEnv({
  funcs: Object.entries(ARITHMETIC).flatMap(([name, of]) => [
    celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => of(a, Number(b))),
    celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => of(Number(a), b)),
  ]),
})

/** `variables`: all names that may be used. */
export function compileCel(text: string, variables: ReadonlySet<string>): CompiledCel {
  try {
    const parsed = parse(text)
    const names = new Set<string>()
    const cost = costOf(parsed.expr, new Set(), names)
    const unknown = [...names].filter((name) => !variables.has(name))
    if (unknown.length > 0)
      return { ok: false, message: `there is no ${unknown.join(', ')}; there is ${[...variables].sort().join(', ')}` }
    if (cost > MAX_COST) return { ok: false, message: `it may take ${cost} steps; ${MAX_COST} are allowed` }
    const run = plan(env, parsed) as (values: CelValues) => unknown
    return { ok: true, uses: names, test: (values) => answerOf(run, values) }
  } catch (error) {
    return { ok: false, message: (error as Error).message.replace(/^<input>:1:(\d+): /, 'character $1: ') }
  }
}

function answerOf(run: (values: CelValues) => unknown, values: CelValues): CelAnswer {
  try {
    const value = run(values)
    if (typeof value === 'boolean') return { ok: true, value }
    const why = isCelError(value) ? value.message : 'it does not say true or false'
    return { ok: false, why: why.slice(0, MAX_WHY) }
  } catch (error) {
    return { ok: false, why: String((error as Error).message).slice(0, MAX_WHY) }
  }
}

type Expr = NonNullable<ReturnType<typeof parse>['expr']>

/** Steps at worst. Collects the names that are used and not bound by a macro. */
function costOf(expr: Expr | undefined, bound: ReadonlySet<string>, names: Set<string>): number {
  if (expr === undefined) return 0
  const cost = (one: Expr | undefined) => costOf(one, bound, names)
  const all = (many: readonly (Expr | undefined)[]) => many.reduce((sum, one) => sum + cost(one), 1)
  const { exprKind: kind } = expr
  switch (kind.case) {
    case 'identExpr':
      if (!bound.has(kind.value.name)) names.add(kind.value.name)
      return 1
    case 'selectExpr':
      return all([kind.value.operand])
    case 'callExpr':
      return all([kind.value.target, ...kind.value.args])
    case 'listExpr':
      return all(kind.value.elements)
    case 'structExpr':
      return all(
        kind.value.entries.flatMap((e) => [e.keyKind.case === 'mapKey' ? e.keyKind.value : undefined, e.value]),
      )
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result, iterVar, iterVar2, accuVar } = kind.value
      const inner = new Set([...bound, iterVar, iterVar2, accuVar])
      const within = [loopCondition, loopStep].reduce((sum, one) => sum + costOf(one, inner, names), 0)
      // lists may be put together of several
      const range = cost(iterRange)
      return range + cost(accuInit) + costOf(result, inner, names) + within * MAX_LIST * Math.max(1, range)
    }
    default:
      return 1
  }
}
