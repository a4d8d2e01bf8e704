// 200 hostile texts through traps, sysName, syslog, names, notes and names of files into a real installation: does a browser run
// or build anything of them, does the layout hold, is any exported cell a formula, does any log or message carry an escape?
import { requireProgram } from '../support/programs.ts'
import { buildConsole } from '../system/build-console.ts'
import { exportedCells } from './hostile-text/exports.ts'
import { lookAround } from './hostile-text/looks.ts'
import { startStage } from './hostile-text/stage.ts'
import { hostileStrings } from './hostile-text/strings.ts'
import type { Proof } from './proof-kind.ts'

export const hostileText: Proof = {
  name: 'hostile-text',
  title:
    '200 hostile texts by trap, sysName, syslog, names, notes and files: nothing runs, breaks, calculates or escapes',
  rounds: 1,
  unavailable: () => (requireProgram('chromium') ? undefined : 'there is no chromium'),
  async run({ brisk, progress }) {
    const strings = hostileStrings(brisk ? 6 : 1)
    await buildConsole()
    const stage = await startStage(strings, progress)
    try {
      const { installation, incident, device } = stage
      const { base } = installation.api
      const paths = [
        ...['/alarms', '/alarms?view=all', `/incidents/${incident.id}`, '/incidents', '/events', '/devices'],
        ...[`/devices/${device}`, '/sites', '/sites/hostile-3', '/maintenance', '/agents', '/sites/hq'],
        ...['/notifications?view=log', '/rules', '/events?view=unknown'],
      ]
      const { findings, shown } = await lookAround(base, requireProgram('chromium') as string, paths, progress)
      const { cells, formulas } = await exportedCells(installation.api)
      const escapes = [
        ...escapesIn('collector log', [installation.collector.output()]),
        ...escapesIn('agent log', [installation.agent.output()]),
        ...escapesIn('message', stage.messages.map(unwrapped)),
      ]
      const unseen = ['/alarms', `/incidents/${incident.id}`, '/devices', '/sites', '/maintenance'].filter(
        (path) => (shown[path] ?? 0) < Math.min(strings.length, 30) * 0.5,
      )
      const ok =
        findings.length === 0 &&
        formulas.length === 0 &&
        escapes.length === 0 &&
        stage.failed.length === 0 &&
        unseen.length === 0 &&
        cells > strings.length &&
        stage.messages.length > 0
      return {
        ok,
        strings: strings.length,
        shown,
        unseen,
        findings: findings.slice(0, 40),
        failed: stage.failed.slice(0, 10),
        refused: stage.refused,
        exported: { cells, formulas: formulas.slice(0, 10) },
        messages: stage.messages.length,
        escapes: escapes.slice(0, 10),
      }
    } finally {
      await stage.stop()
    }
  },
}

/** Control characters that move a terminal; ends of lines and tabs part what is said. */
function escapesIn(where: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const at = text.search(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    return at < 0 ? [] : [`${where}: ${JSON.stringify(text.slice(Math.max(0, at - 30), at + 30))}`]
  })
}

/** Texts of a message as the receiver reads them, whatever JSON escapes hid. */
function unwrapped(body: string): string {
  const texts: string[] = []
  try {
    JSON.parse(body, (_key, value) => {
      if (typeof value === 'string') texts.push(value)
      return value
    })
  } catch {
    texts.push(body)
  }
  return texts.join('\n')
}
