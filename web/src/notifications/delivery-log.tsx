// Every message: queued, sent, failed with the provider's words, or not sent and why.
import { NativeSelect } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { NotificationRow } from '#shared/http/notifications.ts'
import bar from '../alarms/alarm-toolbar.module.css'
import { useSeesAll } from '../api/role.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import listBar from '../ui/list-bar.module.css'
import { ListBody } from '../ui/list-body.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import { channelsQuery, deliveriesQuery } from './notification-queries.ts'
import { DELIVERY_STATES, type NotificationSearch } from './notification-search.ts'
import css from './notifications.module.css'

const TONES: Readonly<Record<NotificationRow['state'], Tone>> = {
  queued: 'busy',
  sent: 'good',
  failed: 'bad',
  suppressed: 'plain',
}

export function DeliveryMark({ state }: { state: NotificationRow['state'] }) {
  const { t } = useTranslation()
  return <State tone={TONES[state]} shape={state === 'sent' ? 'dot' : 'ring'} word={t(`delivery.${state}`)} />
}

type Row = NotificationRow & { readonly id: string }

export function DeliveryLog() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/notifications' })
  const navigate = useNavigate({ from: '/notifications' })
  const seesAll = useSeesAll()
  const channels = useQuery({ ...channelsQuery, enabled: seesAll }).data?.items ?? []
  const query = useInfiniteQuery(deliveriesQuery(search))
  const rows = useMemo(
    () => query.data?.pages.flatMap((page) => page.items.map((row): Row => ({ ...row, id: row.key }))) ?? [],
    [query.data],
  )
  const columns = useColumns()
  const setSearch = (change: NotificationSearch) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  return (
    <>
      <div className={listBar.bar}>
        <NativeSelect
          aria-label={t('column.state')}
          value={search.state ?? ''}
          onChange={(event) => setSearch({ state: DELIVERY_STATES.find((one) => one === event.currentTarget.value) })}
          data={[
            { value: '', label: t('deliveryLog.allStates') },
            ...DELIVERY_STATES.map((value) => ({ value, label: t(`delivery.${value}`) })),
          ]}
        />
        {seesAll ? (
          <NativeSelect
            aria-label={t('deliveryLog.channel')}
            value={search.channel ?? ''}
            onChange={(event) => setSearch({ channel: event.currentTarget.value || undefined })}
            data={[{ value: '', label: t('deliveryLog.allChannels') }, ...channels.map((one) => one.id)]}
          />
        ) : null}
        {(['alarm', 'incident'] as const)
          .filter((one) => search[one] !== undefined)
          .map((one) => (
            <button
              key={one}
              type="button"
              className={bar.counter}
              style={{ paddingLeft: 10 }}
              title={t('deliveryLog.removeFilter')}
              onClick={() => setSearch({ [one]: undefined })}
            >
              {t(`deliveryLog.of.${one}`)}
              <Icon name="close" size={11} />
            </button>
          ))}
      </div>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="send" title={t('deliveryLog.none')}>
            {t('deliveryLog.noneNext')}
          </Empty>
        }
        onOpen={undefined}
      />
    </>
  )
}

function useColumns(): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'at', label: t('deliveryLog.at'), width: 96, value: (row) => row.at, cell: (row) => <Time at={row.at} /> },
      {
        id: 'state',
        label: t('column.state'),
        width: 110,
        cell: (row) => (
          <>
            <DeliveryMark state={row.state} />
            {row.nextAt === null ? null : (
              <div className="quiet">
                {t('deliveryLog.next')} <Time at={row.nextAt} />
              </div>
            )}
          </>
        ),
      },
      {
        id: 'what',
        label: t('deliveryLog.what'),
        cell: (row) => (
          <>
            {t(`transition.${row.transition}`, { defaultValue: row.transition })}{' '}
            {row.incident === null ? null : (
              <Link
                to="/incidents/$id"
                params={{ id: row.incident }}
                className="num"
                style={{ textDecoration: 'underline' }}
              >
                {row.incidentNumber === null ? t('column.incident') : `#${row.incidentNumber}`}
              </Link>
            )}
            {row.alarms.length > 0 ? (
              <div className="quiet">{t('deliveryLog.alarms', { count: row.alarms.length })}</div>
            ) : null}
            <div className={page.phoneOnly}>
              <span className="quiet">{row.recipient}</span>
              <Answer row={row} />
            </div>
          </>
        ),
      },
      {
        id: 'to',
        label: t('deliveryLog.to'),
        wideOnly: true,
        value: (row) => row.recipient,
        cell: (row) => (
          <>
            {row.recipient}
            <div className="quiet">{row.route ?? t('deliveryLog.defaultRoute')}</div>
          </>
        ),
      },
      {
        id: 'answer',
        label: t('deliveryLog.answer'),
        wideOnly: true,
        cell: (row) => <Answer row={row} />,
      },
    ],
    [t],
  )
}

/** What the provider said, or why nothing was sent; and what was wrong with the template. */
function Answer({ row }: { row: Row }) {
  const { t } = useTranslation()
  const say = useSaid()
  return (
    <div className={css.answer}>
      {row.answer === null ? <span className="quiet">–</span> : <span title={row.answer}>{say(row.answer)}</span>}
      {row.attempts > 1 ? (
        <span className="quiet num"> {t('deliveryLog.attempts', { count: row.attempts })}</span>
      ) : null}
      {row.fault === null ? null : <div className="quiet">{t('deliveryLog.fault', { fault: row.fault })}</div>}
    </div>
  )
}
