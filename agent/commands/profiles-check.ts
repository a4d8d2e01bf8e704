// outrider-agent profiles check DIR: each file of a folder as loaded, partly or refused, with why, before it is dropped in.
import { statSync } from 'node:fs'
import { relative } from 'node:path'
import type { Language } from '#shared/doctor/doctor.ts'
import { languageOf } from '#shared/doctor/report.ts'
import { type JudgedFile, judgeFiles } from '#shared/profiles/judge-files.ts'
import type { ProfileProblem } from '#shared/profiles/profile.ts'
import { readProfiles } from '../inputs/snmp-poll/profile-files.ts'
import { CHECK_WORDS, fillWords } from './profiles-check-words.ts'
import { PROGRAM } from './program.ts'

export interface ProfilesCheckOptions {
  readonly json?: boolean
  readonly lang?: string
  /** Notes too, and files with nothing to say. */
  readonly verbose?: boolean
}

export interface CheckOutput {
  out(line: string): void
  progress(line: string): void
}

const PROGRESS_EVERY = 50
const SHOWN_OF_A_FILE = 20

/** 0: every file is loaded, at least partly; 1: some are refused; 2: there is no such folder or no file in it. */
export async function profilesCheck(
  dir: string,
  options: ProfilesCheckOptions,
  { out, progress }: CheckOutput = { out: console.log, progress: console.error },
): Promise<number> {
  const language = languageOf(options.lang, process.env)
  const words = CHECK_WORDS[language]
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    progress(fillWords(words.noFolder, { dir }))
    return 2
  }
  const loaded = await readProfiles([dir], [], (read, all) => {
    if (read % PROGRESS_EVERY === 0) progress(fillWords(words.progress, { read, all }))
  })
  const files = judgeFiles(loaded)
  const counts = { loaded: 0, partly: 0, refused: 0 }
  for (const { state } of files) counts[state]++
  if (options.json === true) out(JSON.stringify(documentOf(dir, files, counts), null, 2))
  else {
    for (const file of files) for (const line of linesOf(dir, file, language, options.verbose === true)) out(line)
    out(`\n${fillWords(words.summary, { ...counts, all: files.length })}`)
    if (files.length === 0) out(fillWords(words.noFiles, { dir }))
    else if (options.verbose !== true) out(words.more)
  }
  return files.length === 0 ? 2 : counts.refused > 0 ? 1 : 0
}

function documentOf(dir: string, files: readonly JudgedFile[], counts: Readonly<Record<string, number>>) {
  return {
    ...{ program: PROGRAM, dir, ok: counts.refused === 0 && files.length > 0, files: files.length, ...counts },
    results: files.map(({ file, problems, ...rest }) => ({
      file: relative(dir, file) || file,
      ...rest,
      problems: problems.map(({ severity, line, message }) => ({ severity, line, message })),
    })),
  }
}

function linesOf(dir: string, judged: JudgedFile, language: Language, verbose: boolean): string[] {
  const words = CHECK_WORDS[language]
  const name = relative(dir, judged.file) || judged.file
  const { state, became, metrics, selectors, replacesStock } = judged
  const facts = [
    became === 'profile' ? fillWords(words.holds, { metrics, selectors }) : words.became[became],
    ...(replacesStock ? [words.replacesStock] : []),
  ]
  const head = `${words.states[state]}  ${name}  ${facts.filter(Boolean).join(words.between)}`
  const worth = ({ severity }: ProfileProblem) => verbose || severity !== 'note'
  const told = judged.problems.filter(worth)
  if (told.length === 0 && state === 'loaded' && !verbose) return replacesStock ? [head] : []
  const shown = told.slice(0, SHOWN_OF_A_FILE).map(({ severity, line, message }) => {
    return `          ${name}:${line} ${words.severities[severity]}: ${oneLine(message)}`
  })
  const rest = told.length - shown.length
  return [head, ...shown, ...(rest > 0 ? [`          ${fillWords(words.rest, { rest })}`] : [])]
}

/** Parts of a file are foreign text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 400)
}
