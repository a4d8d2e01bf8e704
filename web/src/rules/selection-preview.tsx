// What a rule is about before it is saved: how much it selects, and how it would judge some of it now.
import { useTranslation } from 'react-i18next'
import type { RulePreview, RulePreviewItem } from '#shared/http/rules.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { grouped, withUnit } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark, State, type Tone } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { useWords } from '../ui/words.ts'
import css from './rules.module.css'

const TONES: Readonly<Record<RulePreviewItem['answer'], Tone>> = {
  met: 'bad',
  'not-met': 'good',
  between: 'warn',
  unknown: 'plain',
}

export function SelectionPreview({ preview, busy }: { preview: RulePreview | undefined; busy: boolean }) {
  const { t } = useTranslation()
  const columns = useColumns()
  if (preview === undefined) return busy ? <SkeletonRows count={4} /> : null
  const { answers } = preview
  const isEvents = preview.about === 'events'
  return (
    <div className={css.preview} aria-live="polite" data-selects={selectsOf(preview)} data-busy={busy}>
      {preview.problems.length > 0 ? null : (
        <>
          <p className={css.count}>
            <b className="num">{grouped(preview.devices)}</b> {t('preview.devices', { count: preview.of.devices })}
            {isEvents ? null : (
              <>
                <b className="num">{grouped(preview.series)}</b> {t('preview.series', { count: preview.of.series })}
              </>
            )}
          </p>
          {preview.selectsNothing || preview.selectsEverything ? (
            <p className={page.notice} data-tone={preview.selectsNothing ? 'bad' : 'warn'}>
              <Icon name="note" />
              <span>{t(preview.selectsNothing ? 'preview.nothing' : 'preview.everything')}</span>
            </p>
          ) : null}
          {preview.notes.map((note) => (
            <p key={note} className={page.notice}>
              <Icon name="note" />
              <span>{note}</span>
            </p>
          ))}
          {isEvents ? (
            <p className={page.hint}>{t('preview.events')}</p>
          ) : (
            <p className={page.line}>
              <State tone="bad" word={t('preview.met', { count: answers.met })} />
              <State tone="good" shape="ring" word={t('preview.notMet', { count: answers.notMet })} />
              {answers.between === 0 ? null : (
                <State tone="warn" shape="ring" word={t('preview.between', { count: answers.between })} />
              )}
              {answers.unknown === 0 ? null : (
                <State tone="plain" shape="ring" word={t('preview.unknown', { count: answers.unknown })} />
              )}
            </p>
          )}
          {preview.items.length === 0 ? null : (
            <div className={css.sample}>
              <DataTable
                rows={preview.items}
                columns={columns}
                keyOf={(row) => `${row.device} ${row.resource} ${row.metric}`}
              />
            </div>
          )}
          {preview.notLookedAt === 0 ? null : (
            <p className={page.hint}>{t('preview.notLookedAt', { count: preview.notLookedAt })}</p>
          )}
        </>
      )}
    </div>
  )
}

export function selectsOf(preview: RulePreview): 'some' | 'nothing' | 'everything' {
  if (preview.selectsNothing) return 'nothing'
  return preview.selectsEverything ? 'everything' : 'some'
}

function useColumns(): readonly DataColumn<RulePreviewItem>[] {
  const { t } = useTranslation()
  const words = useWords()
  return [
    {
      id: 'device',
      label: t('column.device'),
      cell: (row) => (
        <>
          <b>{row.name}</b> <span className="quiet">{resourceName(row.resource)}</span>
          {row.severity === null || row.text === '' ? null : <div className="quiet">{row.text}</div>}
          {row.why === '' || row.answer !== 'unknown' ? null : <div className="quiet">{row.why}</div>}
        </>
      ),
    },
    {
      id: 'value',
      label: t('column.value'),
      right: true,
      cell: (row) => (
        <span className="num">
          {row.value === null ? '–' : row.label === null ? withUnit(row.value, row.unit) : words.state(row.label)}
        </span>
      ),
    },
    {
      id: 'answer',
      label: t('preview.answer'),
      cell: (row) => (
        <div className={page.line}>
          {row.severity === null ? (
            <State tone={TONES[row.answer]} shape="ring" word={t(`answer.${row.answer}`)} />
          ) : (
            <SeverityMark severity={row.severity} />
          )}
          {row.override === null ? null : (
            <span className="quiet">{t('preview.override', { number: row.override + 1 })}</span>
          )}
        </div>
      ),
    },
  ]
}
