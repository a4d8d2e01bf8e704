// Who a device says it is, and what is entered about it.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { useSaid } from '../ui/said.ts'
import css from './device.module.css'

/** For devices no profile knows. */
export const GENERIC = 'generic'

export function NoProfile({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  return (
    <p className={`${css.notice} ${css.inside}`} data-generic>
      <span>
        {t('device.generic', { oid: device.sysObjectId ?? '–' })}{' '}
        <Link
          to="/sites/$id"
          params={{ id: device.site }}
          search={{ part: 'profiles' }}
          style={{ textDecoration: 'underline' }}
        >
          {t('device.genericNext')}
        </Link>
      </span>
    </p>
  )
}

export function DeviceIdentity({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation()
  const say = useSaid()
  const tags = Object.entries(device.tags)
  return (
    <Panel title={t('device.identity')}>
      {device.profile === GENERIC ? <NoProfile device={device} /> : null}
      <Facts
        of={[
          [t('column.model'), [device.vendor, device.model].filter(Boolean).join(' ')],
          [t('device.serial'), device.serial],
          [t('column.version'), device.version],
          [
            t('column.profile'),
            device.profile === null ? null : (
              <span key="p" className="mono">
                {device.profile}
              </span>
            ),
          ],
          [t('device.profileReason'), say(device.profileReason ?? '')],
          [
            'sysObjectID',
            device.sysObjectId === null ? null : (
              <span key="o" className="mono">
                {device.sysObjectId}
              </span>
            ),
          ],
          ['sysDescr', device.sysDescr],
          [
            t('column.agent'),
            <Link key="a" to="/agents/$id" params={{ id: device.agent }}>
              {device.agent}
            </Link>,
          ],
          [t('device.interval'), device.interval === null ? null : `${device.interval} s`],
          [t('device.tags'), tags.map(([name, value]) => `${name}=${value}`).join(', ')],
        ]}
      />
    </Panel>
  )
}
