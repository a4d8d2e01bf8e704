// "Why was I (not) told?": one line for each who may be told.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { WhyAnswer } from '#shared/http/trace.ts'
import { useMayLookInto } from '../api/role.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { SkeletonRows } from '../ui/notices.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import css from './alarm-panel.module.css'
import { whyQuery } from './trace-queries.ts'

type Answer = z.infer<typeof WhyAnswer>

export function AlarmWhy({ alarm }: { alarm: string }) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  const query = useQuery(whyQuery(alarm))
  if (query.isPending) return <SkeletonRows count={2} />
  if (query.isError) return <FormProblem failure={query.error} />
  if (query.data.items.length === 0) return <p className="quiet">{t('told.nobody')}</p>
  return (
    <>
      <ul className={css.told} data-told>
        {query.data.items.map((one) => {
          const word = wordOf(one)
          return (
            <li key={one.recipient} data-code={one.code}>
              <div className={css.toldHead}>
                <b>{one.recipient === '*' ? t('told.everybody') : one.recipient}</b>
                <State tone={toneOf(one)} shape={one.told ? 'dot' : 'ring'} word={t(`told.${word}`)} />
                {one.at === null ? null : <Time at={one.at} />}
              </div>
              <div className="quiet">
                {t(`why.${one.code}`)}
                <Detail of={one} />
                {one.until === null ? null : (
                  <>
                    {' '}
                    {t('told.until')} <Time at={one.until} />
                  </>
                )}
              </div>
            </li>
          )
        })}
      </ul>
      {may ? (
        <Link to="/notifications" search={{ view: 'log', alarm }}>
          {t('told.log')}
        </Link>
      ) : null}
    </>
  )
}

function toneOf({ told, code }: Answer): Tone {
  if (code === 'failed') return 'bad'
  if (code === 'waiting') return 'busy'
  return told ? 'good' : 'plain'
}

function wordOf({ told, code }: Answer): 'failed' | 'waiting' | 'yes' | 'no' {
  if (code === 'failed' || code === 'waiting') return code
  return told ? 'yes' : 'no'
}

/** What a provider or a gate said in its own words. */
function Detail({ of }: { of: Answer }) {
  const { answer, number, incident } = of.facts
  return (
    <>
      {typeof incident === 'string' && number != null ? (
        <>
          {' '}
          <Link to="/incidents/$id" params={{ id: incident }} className="num">
            #{number}
          </Link>
        </>
      ) : null}
      {answer == null || answer === '' ? null : <span className="mono"> {answer}</span>}
    </>
  )
}
