// What a file of alarms says in the reader's words: columns, values, zone.
import type { TFunction } from 'i18next'
import type { z } from 'zod'
import type { ExportAlarms } from '#shared/http/alarm-history.ts'
import { askForFile } from '../api/client.ts'
import { saveFile } from '../ui/save-file.ts'
import { readerZone } from '../ui/zone.ts'
import type { Dictionary } from './alarm-view.ts'

type Words = Pick<z.infer<typeof ExportAlarms>, 'columns' | 'words' | 'zone'>

/** `labelOf`: what a column is called. */
export function exportWords(
  t: TFunction,
  dictionary: Dictionary,
  columns: readonly string[],
  labelOf: (id: string) => string,
): Words {
  const of = (kind: Dictionary[number][0]) =>
    Object.fromEntries(dictionary.filter(([one]) => one === kind).map(([, value, word]) => [value, word]))
  const words = {
    ...{ severity: of('severity'), type: of('type'), source: of('source') },
    status: { ...of('status'), closed: t('status.closed') },
    category: t('alarmCategory', { returnObjects: true }) as unknown as Record<string, string>,
  }
  return { columns: columns.map((id) => ({ id, label: labelOf(id) })), words, zone: readerZone() }
}

/** Asks the collector for a file and has the browser save it. Throws when there is none. */
export async function saveExport(path: string, body: unknown, name: string): Promise<void> {
  saveFile(name, await askForFile(path, body))
}

/** `alarms-2026-11-22-1030.csv`, by the reader's clock. */
export function fileName(what: string, at: string): string {
  return `${what}-${at.slice(0, 16).replace(' ', '-').replace(':', '')}.csv`
}
