import type { TFunction } from 'i18next'

const OWN: ReadonlySet<string> = new Set(['owner', 'vendor', 'model', 'category', 'rule', 'cause', 'note', 'original'])

/** What a column of the alarm list is called. */
export function columnLabel(t: TFunction, id: string): string {
  if (OWN.has(id)) return t(`alarmColumn.${id}`)
  return t(`column.${id}`)
}
