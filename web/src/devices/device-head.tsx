// The head of a device's page: who it is, how it is and since when, and why nothing is known where nothing is.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { refusalOf } from '../agents/refusal.ts'
import { useMayLookInto } from '../api/role.ts'
import { PlanButton } from '../maintenance/plan-button.tsx'
import { Icon } from '../ui/icons.tsx'
import { DeviceStateMark, Tag } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { useSaid } from '../ui/said.ts'
import { Elapsed, Time } from '../ui/time.tsx'
import css from './device.module.css'

const UNWATCHED = 'unwatched:'

/** Says why nothing is known, or that it is down, before anybody reads a figure. */
export function StateNotice({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const say = useSaid()
  if (device.state === 'up') return null
  const because = device.state === 'unknown' ? (device.unknownBecause ?? null) : null
  const unwatched = because?.startsWith(UNWATCHED) ? because.slice(UNWATCHED.length).trim() : null
  const refusal = unwatched === null ? refusalOf(because) : null
  return (
    <p className={css.notice} data-state={device.state} role="status">
      <Icon name="clock" />
      {device.state !== 'unknown'
        ? t('device.downHint')
        : unwatched === null
          ? t('device.unknownHint', { agent: device.agent })
          : `${t('device.unwatchedHint', { agent: device.agent })} ${say(unwatched)}`}
      {refusal === null ? null : ` ${t(`identity.state.${refusal.kind}`)}: ${refusal.reason}`}
    </p>
  )
}

/** Which device, how it is, what may be done. */
export function DeviceHead({ device, onDiagnose }: { device: DeviceDetail; onDiagnose(): void }) {
  const { t } = useTranslation()
  const mayWork = useMayLookInto()
  return (
    <header className={css.head}>
      <div className={css.headText}>
        <h2>{device.name}</h2>
        <div className="quiet" style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 14px' }}>
          <DeviceStateMark state={device.state} />
          {device.stateSince === null ? null : (
            <span>
              {t('device.since')} <Time at={device.stateSince} /> (<Elapsed from={device.stateSince} />)
            </span>
          )}
          <span className="num">{device.address}</span>
          <span>
            {device.customerName} ·{' '}
            <Link to="/sites/$id" params={{ id: device.site }} search={{}}>
              {device.siteName}
            </Link>
          </span>
          {device.active ? null : <Tag tone="warn">{t('devices.inactive')}</Tag>}
        </div>
      </div>
      <div className={page.buttons}>
        {mayWork ? <PlanButton of={{ site: device.site, device: device.id, name: device.name }} /> : null}
        {mayWork && device.actions.length > 0 ? (
          <Button leftSection={<Icon name="play" size={13} />} onClick={onDiagnose}>
            {t('diagnostics.run')}
          </Button>
        ) : null}
      </div>
    </header>
  )
}
