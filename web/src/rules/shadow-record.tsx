// What a rule in shadow would have done since it began.

import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { grouped } from '../ui/format.ts'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { shadowQuery } from './rule-queries.ts'
import css from './rules.module.css'
import { WouldBeAlarms } from './would-be-alarms.tsx'

export function ShadowRecordPanel({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(shadowQuery(id))
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  const first = query.data?.pages[0]
  if (first === undefined) return <SkeletonRows count={6} />
  if (first.since === null)
    return (
      <Empty icon="moon" title={t('shadow.never')}>
        {t('shadow.neverNext')}
      </Empty>
    )
  const rows = query.data?.pages.flatMap((one) => one.items) ?? []
  return (
    <Panel title={t('shadow.title')}>
      <div className={page.body} data-shadow>
        <p className={page.hint}>
          {t('shadow.since')} <Time at={first.since} full />
        </p>
        <div className={css.tiles}>
          {(
            [
              ['alarms', grouped(first.alarms)],
              ['perDay', first.perDay.toFixed(1)],
              ['standing', grouped(first.standing)],
            ] as const
          ).map(([name, value]) => (
            <div key={name} className={css.tile}>
              <b className="num">{value}</b>
              <span>{t(`backTest.figure.${name}`)}</span>
            </div>
          ))}
        </div>
      </div>
      <WouldBeAlarms rows={rows} />
      {query.hasNextPage ? (
        <div className={page.body}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      ) : null}
    </Panel>
  )
}
