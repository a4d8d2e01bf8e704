import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { Evidence } from '#shared/domain/incident.ts'
import { duration } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './evidence.module.css'
import { EvidenceResult } from './evidence-result.tsx'
import { oidName } from './oid-names.ts'

type EvidenceRow = z.infer<typeof Evidence>

const TONE: Readonly<Record<EvidenceRow['state'], Tone>> = {
  pending: 'busy',
  done: 'good',
  failed: 'bad',
  refused: 'warn',
  expired: 'plain',
  'not-run': 'plain',
}

/** Newest first. */
export function EvidenceList({ items }: { items: readonly EvidenceRow[] }) {
  const { t } = useTranslation()
  const words = useWords()
  if (items.length === 0) return <Empty icon="play" title={t('evidence.none')} small />
  return (
    <div className={css.list}>
      {[...items]
        .sort((a, b) => b.requestedAt - a.requestedAt)
        .map((evidence) => (
          <article key={evidence.id} className={css.item} data-evidence={evidence.action}>
            <header className={css.head}>
              <b>{words.diagnostic(evidence.action, evidence.title)}</b>
              <State tone={TONE[evidence.state]} word={t(`evidenceState.${evidence.state}`)} />
              <Given of={evidence.arguments} />
              <span className="num">
                {evidence.requestedBy === 'system' ? t('actor.system') : evidence.requestedBy} ·{' '}
                <Time at={evidence.requestedAt} />
                {evidence.endedAt === null ? null : ` · ${took(evidence.endedAt - evidence.requestedAt)}`}
              </span>
            </header>
            <EvidenceResult evidence={evidence} />
          </article>
        ))}
    </div>
  )
}

function took(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms)
}

function Given({ of }: { of: EvidenceRow['arguments'] }) {
  const { t } = useTranslation()
  // columns are the head of the table below
  const text = Object.entries(of)
    .filter(([name]) => name !== 'columns')
    .map(([name, value]) => {
      const shown = Array.isArray(value) ? value.map((one) => oidName(String(one))).join(', ') : String(value)
      return `${t(`argument.${name}`, { defaultValue: name })} ${shown}`
    })
    .join(' · ')
  return (
    <span className={`quiet one-line ${css.given}`} title={text}>
      {text}
    </span>
  )
}
