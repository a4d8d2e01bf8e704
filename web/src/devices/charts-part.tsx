// Charts over any time: several series, of several devices, with what happened meanwhile.
import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/panel.tsx'
import { MoreLines } from './chart-more.tsx'
import css from './device.module.css'
import { DeviceChart } from './device-chart.tsx'
import type { PartProps } from './device-screen.tsx'

export function ChartsPart({ device, search, show }: PartProps) {
  const { t } = useTranslation()
  const chosen = search.with ?? []
  return (
    <Panel title={t('device.chart')}>
      <DeviceChart device={device} search={search} tall onChange={show} />
      <p className={css.note}>{t('chart.hint')}</p>
      <MoreLines device={device} chosen={chosen} onAdd={(line) => show({ with: [...chosen, line] })} />
    </Panel>
  )
}
