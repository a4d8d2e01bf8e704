import { useTranslation } from 'react-i18next'
import { State, type Tone } from '../ui/marks.tsx'
import { useReason } from '../ui/reasons.ts'
import type { Verdict } from './cause-view.ts'

const TONES: Readonly<Record<Verdict, Tone>> = {
  well: 'good',
  cause: 'bad',
  inferred: 'bad',
  symptom: 'warn',
  waiting: 'busy',
  probation: 'busy',
  unknown: 'plain',
}

/** What the graph says of something, and what that means on hover. */
export function VerdictMark({ verdict, title }: { verdict: Verdict; title?: string | undefined }) {
  const { t } = useTranslation()
  const reason = useReason()
  return (
    <State
      tone={TONES[verdict]}
      shape={verdict === 'cause' || verdict === 'inferred' ? 'dot' : 'ring'}
      word={t(`verdict.${verdict}`)}
      title={title ? reason(title) : t(`verdictHint.${verdict}`)}
    />
  )
}
