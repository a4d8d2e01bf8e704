// One alarm beside the list: what, since when, who has it, what happened to it, and why the system decided as it did.
import { Button, Drawer, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AlarmDetail } from '#shared/http/alarms.ts'
import { alarmQuery } from '../api/queries.ts'
import { useMayLookInto, useMaySee } from '../api/role.ts'
import { PlanButton } from '../maintenance/plan-button.tsx'
import type { WindowFor } from '../maintenance/window-form.ts'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { AlarmStatusMark, SeverityMark } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { SiteOfScreen } from '../ui/site-zone.ts'
import { Elapsed, Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { type AlarmAction, useAlarmActions } from './alarm-actions.ts'
import { resourceName } from './alarm-columns.tsx'
import type { AlarmDialogKind } from './alarm-dialog.tsx'
import { AlarmFlags } from './alarm-flags.tsx'
import { AlarmHeld } from './alarm-held.tsx'
import css from './alarm-panel.module.css'
import { AlarmTrace } from './alarm-trace.tsx'
import { ownerOf, statusOf } from './alarm-view.ts'
import { AlarmWhy } from './alarm-why.tsx'

export function AlarmPanel(props: {
  id: string | undefined
  onClose(): void
  onAsk(kind: AlarmDialogKind, id: string): void
}) {
  const { t } = useTranslation()
  const query = useQuery({ ...alarmQuery(props.id ?? ''), enabled: props.id !== undefined })
  return (
    <Drawer
      opened={props.id !== undefined}
      onClose={props.onClose}
      position="right"
      size={520}
      title={t('alarm.title')}
      overlayProps={{ backgroundOpacity: 0.15 }}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <SkeletonRows />
      ) : (
        <SiteOfScreen value={query.data.site}>
          <Detail alarm={query.data} onAsk={props.onAsk} />
        </SiteOfScreen>
      )}
    </Drawer>
  )
}

function Detail({ alarm, onAsk }: { alarm: AlarmDetail; onAsk(kind: AlarmDialogKind, id: string): void }) {
  const { t } = useTranslation()
  const words = useWords()
  const status = statusOf(alarm)
  const acked = alarm.operatorState === 'ack' ? { by: alarm.ackBy, at: alarm.ackAt } : undefined
  const may = useMayLookInto()
  const maySee = useMaySee()
  return (
    <div className={css.detail}>
      <Group gap={12}>
        <SeverityMark severity={alarm.perceivedSeverity} cleared={alarm.isCleared} />
        <AlarmStatusMark status={status} />
        <AlarmFlags row={alarm} />
      </Group>
      <p className={css.text}>{alarm.text}</p>
      {alarm.suppression === null ? null : <AlarmHeld held={alarm.suppression} site={alarm.site} />}
      {alarm.flapping ? <p className={page.notice}>{t('alarm.flappingLong')}</p> : null}
      {may ? <PanelActions alarm={alarm} onAsk={onAsk} /> : null}
      <Facts
        of={[
          [t('column.incident'), alarm.incident ? <IncidentLink key="i" alarm={alarm} /> : null],
          [t('column.customer'), alarm.customerName],
          [t('column.site'), alarm.siteName],
          [t('column.device'), alarm.device ? <DeviceLink key="d" alarm={alarm} /> : null],
          [t('column.resource'), resourceName(alarm.resource)],
          [t('column.raised'), <Time key="r" at={alarm.raisedAt} full />],
          [
            t('column.duration'),
            <Elapsed key="e" from={alarm.raisedAt} to={alarm.isCleared ? alarm.clearedAt : null} />,
          ],
          [t('column.last'), <Time key="l" at={alarm.lastAt} full />],
          [t('alarm.cleared'), alarm.clearedAt === null ? null : <Time key="c" at={alarm.clearedAt} full />],
          [t('alarm.first'), alarm.episode > 1 ? <Time key="f" at={alarm.firstAt} full /> : null],
          [t('alarm.episodes'), alarm.episode > 1 ? alarm.episode : null],
          [
            t('column.count'),
            <span key="n" className="num">
              {alarm.count}
            </span>,
          ],
          [t('alarmColumn.owner'), ownerOf(alarm) === acked?.by ? null : ownerOf(alarm)],
          [
            t('alarm.ackBy'),
            acked === undefined ? null : (
              <span key="a">
                {acked.by} · <Time at={acked.at} full />
              </span>
            ),
          ],
          [t('alarmColumn.original'), alarm.changedSeverity ? <ChangedSeverity key="s" alarm={alarm} /> : null],
          [t('alarm.ackNote'), alarm.ackNote],
          [t('alarm.ackUntil'), alarm.ackUntil === null ? null : fullTime(alarm.ackUntil)],
          [t('alarm.shelvedUntil'), alarm.shelvedUntil === null ? null : fullTime(alarm.shelvedUntil)],
          [
            t('column.type'),
            <span key="t">
              {words.alarmType(alarm.alarmType)} <span className="quiet mono">{alarm.alarmType}</span>
            </span>,
          ],
          [
            t('alarm.rule'),
            maySee && /^[a-z0-9][a-z0-9-]*$/.test(alarm.rule) ? (
              <Link key="u" to="/rules/$id" params={{ id: alarm.rule }} search={{}} className="mono">
                {alarm.rule}
              </Link>
            ) : (
              <span key="u" className="mono">
                {alarm.rule}
              </span>
            ),
          ],
          [t('column.source'), t(`source.${alarm.source}`)],
        ]}
      />
      {maySee ? (
        <>
          <h3 className={css.heading}>{t('told.title')}</h3>
          <AlarmWhy alarm={alarm.id} />
        </>
      ) : null}
      <h3 className={css.heading}>{t('alarm.history')}</h3>
      <ol className={css.history}>
        {[...alarm.history]
          .sort((a, b) => b.at - a.at)
          .map((entry) => (
            <li key={entry.id}>
              <Time at={entry.at} />
              <span>
                <b>{t(`alarmAction.${entry.action}`, { defaultValue: entry.action })}</b>
                {entry.actor === 'system' ? null : ` · ${entry.actor}`}
                {entry.late ? ` · ${t('alarm.late')}` : null}
                {entry.note === '' ? null : <div className="quiet">{entry.note}</div>}
              </span>
            </li>
          ))}
      </ol>
      {maySee ? (
        <>
          <h3 className={css.heading}>{t('alarm.why')}</h3>
          <AlarmTrace alarm={alarm.id} known={alarm.trace} />
        </>
      ) : null}
    </div>
  )
}

function PanelActions({ alarm, onAsk }: { alarm: AlarmDetail; onAsk(kind: AlarmDialogKind, id: string): void }) {
  const { t } = useTranslation()
  const actions = useAlarmActions()
  const run = (action: AlarmAction) => () => void actions.run(action, [alarm.id])
  const ask = (kind: AlarmDialogKind) => () => onAsk(kind, alarm.id)
  return (
    <Group gap={8} className={css.buttons ?? ''}>
      {alarm.operatorState === 'ack' ? (
        <Button variant="default" onClick={run('unacknowledge')}>
          {t('action.unacknowledge')}
        </Button>
      ) : (
        <Button onClick={ask('acknowledge')}>{t('action.acknowledge')}</Button>
      )}
      <Button variant="default" onClick={ask('assign')}>
        {t('action.assign')}
      </Button>
      {alarm.operatorState === 'shelved' ? (
        <Button variant="default" onClick={run('unshelve')}>
          {t('action.unshelve')}
        </Button>
      ) : (
        <Button variant="default" onClick={ask('shelve')}>
          {t('action.shelve')}
        </Button>
      )}
      <Button variant="default" onClick={ask('incident')}>
        {t('action.incident')}
      </Button>
      <PlanButton of={windowFor(alarm)} />
      {alarm.isCleared ? null : (
        <MenuButton
          target={
            <Button variant="default" rightSection={<Icon name="open" size={12} />}>
              {t('action.moreActions')}
            </Button>
          }
          entries={[
            { key: 'severity', label: t('action.severity'), onSelect: ask('severity') },
            { key: 'clear', label: t('action.clear'), divided: true, onSelect: ask('clear') },
            { key: 'close', label: t('action.closeAlarm'), onSelect: ask('close') },
          ]}
        />
      )}
    </Group>
  )
}

/** What the rule says, and who said otherwise. */
function ChangedSeverity({ alarm }: { alarm: AlarmDetail }) {
  const { t } = useTranslation()
  const { changedSeverity } = alarm
  if (changedSeverity === undefined) return null
  return (
    <span>
      <SeverityMark severity={changedSeverity.ruleSays} /> · {t('alarm.changedBy', { by: changedSeverity.by })}{' '}
      <Time at={changedSeverity.at} />
      {changedSeverity.note === '' ? null : <div className="quiet">{changedSeverity.note}</div>}
    </span>
  )
}

/** The device, or the part of it where the alarm is about one. */
function windowFor(alarm: AlarmDetail): WindowFor {
  const { site, device, deviceName, siteName } = alarm
  if (device === null) return { site, name: siteName }
  const part = resourceName(alarm.resource)
  const name = [deviceName ?? device, part].filter(Boolean).join(' ')
  return { site, device, name, ...(alarm.resource === '' ? {} : { resource: alarm.resource }) }
}

function IncidentLink({ alarm }: { alarm: AlarmDetail }) {
  return (
    <Link to="/incidents/$id" params={{ id: alarm.incident as string }} className="num">
      #{alarm.incidentNumber}
    </Link>
  )
}

function DeviceLink({ alarm }: { alarm: AlarmDetail }) {
  return (
    <Link to="/devices/$id" params={{ id: alarm.device as string }}>
      {alarm.deviceName ?? alarm.device}
    </Link>
  )
}
