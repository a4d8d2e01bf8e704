// The steps of a test as they come: what, how long, what it means and what to do next.
import { useTranslation } from 'react-i18next'
import type { TestStep } from '#shared/domain/device-test.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { duration, withUnit } from '../ui/format.ts'
import { FormProblem, type Problems } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useWords } from '../ui/words.ts'
import css from './device-test.module.css'
import { detailOf, isGood, othersIn, useTestWords } from './test-words.ts'
import type { DeviceTest } from './use-device-test.ts'

/** `stale`: the form is another one by now. `problems`: those of the test that stand beside fields. */
export function TestSteps(props: { test: DeviceTest; stale?: boolean; problems?: Problems }) {
  const { test, stale = false, problems } = props
  const { t } = useTranslation()
  const words = useTestWords()
  const say = useSaid()
  const { row } = test
  if (test.failure != null && !test.busy) return <FormProblem failure={test.failure} problems={problems} />
  if (row === undefined) return test.busy ? <p className={css.quiet}>{t('deviceTest.sending')}</p> : null
  const verdict = words.verdict(row)
  return (
    <div className={css.test} data-stale={stale} data-test-state={row.state}>
      <ol className={css.steps}>
        {row.steps.map((step) => (
          <Step key={step.n} step={step} />
        ))}
        {test.busy && !row.steps.some((step) => step.state === 'running') ? (
          <li className={css.step} data-state="running">
            <Mark state="running" />
            <span className={css.quiet}>
              {row.state === 'waiting' ? t('deviceTest.waiting', { agent: row.agent }) : t('deviceTest.goingOn')}
            </span>
          </li>
        ) : null}
      </ol>
      {test.busy ? null : (
        <p className={css.verdict} data-good={isGood(row)} role="status">
          <b>{verdict.title}</b> {row.failure === null ? null : `${say(row.failure.detail)}. `}
          {verdict.next} {stale ? t('deviceTest.stale') : null}
        </p>
      )}
    </div>
  )
}

function Step({ step }: { step: TestStep }) {
  const words = useTestWords()
  const { title, told, next } = words.step(step)
  const detail = detailOf(step)
  return (
    <li className={css.step} data-state={step.state} data-step={step.step}>
      <Mark state={step.state} />
      <div className={css.what}>
        <span className={css.title}>{title}</span> <span>{told}</span>
        <Learnt step={step} />
        {next === '' ? null : <p className={css.next}>{next}</p>}
        {detail === '' ? null : <p className={css.detail}>{detail}</p>}
        <Values of={step.values} />
      </div>
      <span className={`${css.took} num`}>{step.tookMs === null ? '' : took(step.tookMs)}</span>
    </li>
  )
}

/** Device text, beside what the words above say of it. */
function Learnt({ step }: { step: TestStep }) {
  const { t } = useTranslation()
  const say = useSaid()
  const words = useWords()
  const { facts } = step
  const inWords = (name: string, value: string) => {
    if (name === 'reason') return say(value)
    if (name === 'others') return othersIn(value, say)
    return name === 'leftOut' ? value.split(', ').map(words.metric).join(', ') : value
  }
  const shown =
    step.step === 'identity'
      ? (['sysName', 'vendor', 'model', 'serial', 'version', 'sysObjectId', 'sysDescr'] as const)
      : step.step === 'profile'
        ? (['profile', 'reason', 'others'] as const)
        : step.step === 'values'
          ? (['leftOut'] as const)
          : []
  const pairs = shown.flatMap((name) => (facts[name] ? [[name, facts[name]] as const] : []))
  if (pairs.length === 0) return null
  return (
    <dl className={css.facts}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`deviceTest.fact.${name}`, { count: Number(facts.missing ?? 0) })}</dt>
          <dd>{inWords(name, value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Values({ of }: { of: TestStep['values'] }) {
  const words = useWords()
  if (of.length === 0) return null
  return (
    <ul className={css.values}>
      {of.map(({ metric, resource, value, unit, state }) => (
        <li key={`${metric} ${resource}`}>
          <span className="one-line">{words.metric(metric)}</span>
          <span className="one-line quiet">{resourceName(resource)}</span>
          <b className="num">{state === null ? withUnit(value, unit) : words.state(state)}</b>
        </li>
      ))}
    </ul>
  )
}

const SIGNS = { ok: '✓', failed: '✕', noted: '–', running: '' } as const

function Mark({ state }: { state: TestStep['state'] }) {
  const { t } = useTranslation()
  return (
    <span className={css.mark} data-state={state}>
      <span aria-hidden="true">{SIGNS[state]}</span>
      <span className="sr-only">{t(`deviceTest.state.${state}`)}</span>
    </span>
  )
}

const took = (ms: number) => (ms < 10_000 ? `${Math.round(ms)} ms` : duration(ms))
