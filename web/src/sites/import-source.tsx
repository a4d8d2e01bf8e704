// Where the rows come from: pasted text, or a file that is chosen or dropped.
import { ActionIcon, Button, FileButton, NativeSelect, Textarea } from '@mantine/core'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsOfCsv, textOfFile } from '../ui/csv.ts'
import { withUnit } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import css from './import.module.css'
import { isSpreadsheet, readSpreadsheet, type Sheet } from './spreadsheet.ts'

export type Source =
  | { readonly text: string }
  | { readonly file: string; readonly bytes: number; readonly sheets: readonly Sheet[]; readonly sheet: number }

export const TEXT_SOURCE: Source = { text: '' }

const MAX_BYTES = 10 * 1024 * 1024
const EXAMPLE = 'name,address,credentials,tcp\nCore switch,192.0.2.1,core-v3,\nWeb server,192.0.2.10,,443'

export interface ImportSourceProps {
  readonly source: Source
  /** What is wrong with the rows as a whole. */
  readonly problem: string | null
  readonly count: number
  onChange(source: Source): void
}

export function ImportSource({ source, problem, count, onChange }: ImportSourceProps) {
  const { t } = useTranslation()
  const [over, setOver] = useState(false)
  const [unreadable, setUnreadable] = useState<string | null>(null)
  const [reading, setReading] = useState(false)

  async function open(file: File | null | undefined) {
    if (!file) return
    setReading(true)
    const read = await sourceOf(file)
    setReading(false)
    setUnreadable('problem' in read ? t(`importProblem.${read.problem}`, { file: file.name }) : null)
    if (!('problem' in read)) onChange(read)
  }
  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    void open(event.dataTransfer.files[0])
  }

  return (
    <section
      className={css.source}
      data-over={over}
      aria-label={t('import.text')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {'text' in source ? (
        <>
          <div className={css.drop}>
            <Icon name="sheet" size={20} />
            <span>{t('import.drop')}</span>
            <FileButton accept=".csv,.txt,.tsv,.xlsx,.xlsm,.xls" onChange={(file) => void open(file)}>
              {(button) => (
                <Button variant="default" loading={reading} {...button}>
                  {t('import.file')}
                </Button>
              )}
            </FileButton>
          </div>
          <Textarea
            label={t('import.text')}
            placeholder={EXAMPLE}
            autosize
            minRows={4}
            maxRows={14}
            data-autofocus
            spellCheck={false}
            value={source.text}
            error={problem}
            onChange={(event) => onChange({ text: event.currentTarget.value })}
            classNames={{ input: 'mono' }}
          />
        </>
      ) : (
        <div className={css.file}>
          <Icon name="sheet" size={20} />
          <div className={css.fileText}>
            <b>{source.file}</b>
            <span className="quiet num">
              {t('import.rows', { count })} · {withUnit(source.bytes, 'By')}
            </span>
          </div>
          {source.sheets.length > 1 ? (
            <NativeSelect
              aria-label={t('import.sheet')}
              value={String(source.sheet)}
              onChange={(event) => onChange({ ...source, sheet: Number(event.currentTarget.value) })}
              data={source.sheets.map((sheet, i) => ({
                value: String(i),
                label: `${sheet.name} (${sheet.rows.length})`,
              }))}
            />
          ) : null}
          <ActionIcon aria-label={t('import.otherFile')} onClick={() => onChange(TEXT_SOURCE)}>
            <Icon name="close" />
          </ActionIcon>
        </div>
      )}
      {'text' in source || problem === null ? null : (
        <p className={css.bad} role="alert">
          {problem}
        </p>
      )}
      {unreadable === null ? null : (
        <p className={css.bad} role="alert">
          {unreadable}
        </p>
      )}
    </section>
  )
}

/** The sheet with the most rows is the one that is meant, mostly. */
async function sourceOf(file: File): Promise<Source | { readonly problem: 'protected' | 'damaged' | 'too-large' }> {
  if (file.size > MAX_BYTES) return { problem: 'too-large' }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const about = { file: file.name, bytes: file.size }
  if (!isSpreadsheet(bytes)) return { ...about, sheets: [{ name: '', rows: rowsOfCsv(textOfFile(bytes)) }], sheet: 0 }
  const read = await readSpreadsheet(bytes)
  if ('problem' in read) return read
  const most = Math.max(...read.sheets.map((sheet) => sheet.rows.length))
  return {
    ...about,
    sheets: read.sheets,
    sheet: Math.max(
      0,
      read.sheets.findIndex((sheet) => sheet.rows.length === most),
    ),
  }
}
