// What a rule would have said of the stored past, before it may page anybody.
import { Button, SegmentedControl } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackTest } from '#shared/http/back-tests.ts'
import type { RuleRow } from '#shared/http/rules.ts'
import { send } from '../api/client.ts'
import type { Draft } from '../ui/draft.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { Time, useNow } from '../ui/time.tsx'
import { BackTestResultView } from './back-test-result.tsx'
import { ruleToTry } from './rule-problems.ts'
import { backTestPath, backTestQuery, isGoing, lastBackTestQuery, runningBackTestsQuery } from './rule-queries.ts'
import css from './rules.module.css'

const DAYS = ['1', '7', '30', '90'] as const
const DAY_MS = 86_400_000

export interface BackTestPanelProps {
  readonly row: RuleRow | undefined
  readonly draft: Draft
  readonly isChanged: boolean
  readonly may: boolean
}

export function BackTestPanel({ row, draft, isChanged, may }: BackTestPanelProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const now = useNow()
  const [days, setDays] = useState<(typeof DAYS)[number]>('30')
  const [asked, setAsked] = useState<string>()
  const last = useQuery({ ...lastBackTestQuery(row?.id ?? ''), enabled: row !== undefined })
  const going = useQuery(runningBackTestsQuery).data?.items.find((one) => one.rule === row?.id && isGoing(one))
  const current = useQuery(backTestQuery(asked ?? going?.id))
  const test: BackTest | undefined = current.data ?? last.data ?? undefined
  const rule = ruleToTry(draft)
  const start = useMutation({
    mutationFn: () =>
      send<BackTest>('POST', '/rules/back-tests', {
        ...(row !== undefined && !isChanged ? { id: row.id } : { rule }),
        ...{ from: now - Number(days) * DAY_MS, to: now },
      }),
    onSuccess: (begun) => {
      queries.setQueryData(['back-tests', begun.id], begun)
      setAsked(begun.id)
    },
  })
  const cancel = useMutation({
    mutationFn: (id: string) => send('DELETE', backTestPath(id)),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['back-tests'] }),
  })
  const busy = test !== undefined && isGoing(test)
  return (
    <>
      <Panel title={t('backTest.title')}>
        <div className={page.body}>
          <p className={page.hint}>{t(isChanged ? 'backTest.hintChanged' : 'backTest.hint')}</p>
          <div className={page.buttons}>
            <SegmentedControl
              size="xs"
              aria-label={t('backTest.period')}
              value={days}
              onChange={(next) => setDays(next as typeof days)}
              data={DAYS.map((value) => ({ value, label: t(`backTest.days.${value}`) }))}
            />
            {may ? (
              <Button
                leftSection={<Icon name="play" size={12} />}
                loading={start.isPending}
                disabled={busy || rule === null}
                onClick={() => start.mutate()}
              >
                {t('backTest.start')}
              </Button>
            ) : null}
          </div>
          <FormProblem failure={start.error} />
          {test === undefined ? null : (
            <Progress test={test} busy={busy} stopping={cancel.isPending} onCancel={() => cancel.mutate(test.id)} />
          )}
        </div>
      </Panel>
      {test?.result ? (
        <BackTestResultView result={test.result} from={test.from} to={test.to} stale={isStale(last.data, test)} />
      ) : current.isError ? (
        <Failed failure={current.error} retry={() => void current.refetch()} />
      ) : row !== undefined && last.isPending ? (
        <SkeletonRows count={6} />
      ) : test === undefined ? (
        <Empty icon="clock" title={t('backTest.none')}>
          {t('backTest.noneNext')}
        </Empty>
      ) : null}
    </>
  )
}

/** The rule has changed since. */
function isStale(last: { id: string; stale: boolean } | null | undefined, test: BackTest): boolean {
  return last?.id === test.id && last.stale
}

function Progress(props: { test: BackTest; busy: boolean; stopping: boolean; onCancel(): void }) {
  const { t } = useTranslation()
  const { test, busy } = props
  const { progress } = test
  const percent = Math.round(progress.share * 100)
  return (
    <div className={page.form} data-back-test={test.state}>
      <div className={page.line}>
        <b>{t(`backTestState.${test.state}`)}</b>
        <span className="quiet num">
          <Time at={test.from} full /> – <Time at={test.to} full />
        </span>
        <span className="quiet num">
          {t('backTest.read', { samples: grouped(progress.samples), events: grouped(progress.events) })}
        </span>
        {busy && progress.samplesPerSecond > 0 ? (
          <span className="quiet num">
            {t('backTest.speed', { speed: grouped(Math.round(progress.samplesPerSecond)) })}
          </span>
        ) : null}
        {busy ? (
          <Button size="compact-xs" variant="default" loading={props.stopping} onClick={props.onCancel}>
            {t('backTest.cancel')}
          </Button>
        ) : null}
      </div>
      {busy ? (
        <div
          className={css.bar}
          role="progressbar"
          aria-label={t('backTest.title')}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <div style={{ width: `${percent}%` }} />
        </div>
      ) : null}
      {test.problem === null ? null : (
        <p className={page.problem} role="alert">
          {test.problem}
        </p>
      )}
    </div>
  )
}
