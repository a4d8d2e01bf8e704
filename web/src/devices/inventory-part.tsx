// What stands in this place: units and their changes, neighbours, what it depends on and what depends on it.
import { useTranslation } from 'react-i18next'
import { Assets } from '../topology/assets.tsx'
import { Neighbours } from '../topology/neighbours.tsx'
import { Dependencies } from './dependencies.tsx'
import css from './device.module.css'
import { DeviceIdentity } from './device-identity.tsx'
import type { PartProps } from './device-screen.tsx'

export function InventoryPart({ device }: PartProps) {
  const { t } = useTranslation()
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        <Neighbours device={device.id} site={device.site} />
        <Dependencies device={device} title={t('device.dependencies')} />
      </div>
      <div className={css.stack}>
        <DeviceIdentity device={device} />
        <Assets device={device.id} />
      </div>
    </div>
  )
}
