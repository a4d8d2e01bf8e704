// Findings as lines for a person, in either language, or as one JSON document.
import {
  type CheckResult,
  type Finding,
  LANGUAGES,
  type Language,
  RUN_WORDS,
  type Status,
  type Words,
  type WordTable,
} from './doctor.ts'

const MARKS: Readonly<Record<Status, Readonly<Record<Language, string>>>> = {
  ok: { en: 'ok     ', 'zh-CN': '正常' },
  warning: { en: 'warning', 'zh-CN': '注意' },
  failed: { en: 'FAILED ', 'zh-CN': '失败' },
}
const NEXT: Readonly<Record<Language, string>> = { en: 'next: ', 'zh-CN': '下一步：' }
const SUMMARY: Readonly<Record<Language, (failed: number, warnings: number) => string>> = {
  en: (failed, warnings) =>
    failed + warnings === 0 ? 'All is well.' : `${failed} failed, ${warnings} to be looked at.`,
  'zh-CN': (failed, warnings) =>
    failed + warnings === 0 ? '一切正常。' : `${failed} 项失败，${warnings} 项需要注意。`,
}
const STILL: Readonly<Record<Language, string>> = { en: 'still waiting for: ', 'zh-CN': '仍在等待：' }
/** Longest value put into a text. */
const MAX_VALUE = 600

/** `--lang`, else the language of the environment (LC_ALL, LC_MESSAGES, LANG), else English. */
export function languageOf(asked: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const text = asked ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || 'en')
  return LANGUAGES.find((l) => l === text) ?? (/^zh/i.test(text) ? 'zh-CN' : 'en')
}

export interface Told {
  readonly status: Status
  readonly text: string
  readonly next: string | null
}

/** A finding in words. An id the table does not know is told as a failure with its values, never left out. */
export function tell(finding: Finding, table: WordTable, language: Language): Told {
  const words: Words | undefined = table[finding.id] ?? (RUN_WORDS as WordTable)[finding.id]
  if (words === undefined)
    return { status: 'failed', text: `${finding.id} ${JSON.stringify(finding.params ?? {})}`, next: null }
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => oneLine(finding.params?.[name]))
  return {
    status: words.status,
    text: fill(words.says[language]),
    next: words.next === undefined ? null : fill(words.next[language]),
  }
}

/** The lines of one check. */
export function linesOf(result: CheckResult, table: WordTable, language: Language): string[] {
  return result.findings.flatMap((finding) => {
    const { status, text, next } = tell(finding, table, language)
    const line = `${MARKS[status][language]}  ${result.check.padEnd(12)} ${text}`
    return next === null ? [line] : [line, `${' '.repeat(22)} ${NEXT[language]}${next}`]
  })
}

export const waitingLine = (names: readonly string[], language: Language): string =>
  `${STILL[language]}${names.join(', ')}`

export function summaryLine(results: readonly CheckResult[], table: WordTable, language: Language): string {
  const all = results.flatMap((r) => r.findings).map((f) => tell(f, table, language).status)
  return SUMMARY[language](all.filter((s) => s === 'failed').length, all.filter((s) => s === 'warning').length)
}

/** 1 when anything failed; warnings alone are 0. */
export function exitCodeOf(results: readonly CheckResult[], table: WordTable): number {
  return results.some((r) => r.findings.some((f) => tell(f, table, 'en').status === 'failed')) ? 1 : 0
}

/** The document of `--json`. */
export function jsonOf(
  program: string,
  at: number,
  results: readonly CheckResult[],
  table: WordTable,
  language: Language,
) {
  return {
    program,
    at: new Date(at).toISOString(),
    ok: exitCodeOf(results, table) === 0,
    checks: results.flatMap(({ check, ms, findings }) =>
      findings.map((f) => ({ check, id: f.id, ...tell(f, table, language), params: f.params ?? {}, ms })),
    ),
  }
}

export interface ReporterOptions {
  /** `outrider-agent/0.2.0` */
  readonly program: string
  readonly table: WordTable
  readonly language: Language
  /** One document at the end instead of lines. */
  readonly json: boolean
  out(line: string): void
  /** Not part of the report: what is waited for. */
  progress(line: string): void
}

/** Prints results as they come; fits `runChecks`. */
export function reporter({ program, table, language, json, out, progress }: ReporterOptions) {
  return {
    onResult(result: CheckResult) {
      if (!json) for (const line of linesOf(result, table, language)) out(line)
    },
    onWaiting: (names: readonly string[]) => progress(waitingLine(names, language)),
    end(results: readonly CheckResult[]) {
      if (json) out(JSON.stringify(jsonOf(program, Date.now(), results, table, language), null, 2))
      else out(`\n${summaryLine(results, table, language)}`)
    },
  }
}

/** Names from certificates, errors and answers are foreign text: one line, of bounded length. */
function oneLine(value: string | number | undefined): string {
  const text = String(value ?? '?').replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text
}
