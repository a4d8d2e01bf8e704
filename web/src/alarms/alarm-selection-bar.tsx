// What can be done with the rows that are selected.
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import type { AlarmAction } from './alarm-actions.ts'
import type { AlarmDialogKind } from './alarm-dialog.tsx'
import css from './alarm-toolbar.module.css'

export function AlarmSelectionBar(props: {
  count: number
  onAsk(kind: AlarmDialogKind): void
  onRun(action: AlarmAction): void
  onClear(): void
}) {
  const { t } = useTranslation()
  const { count, onAsk, onRun } = props
  const selected = t('alarms.selected', { count, shown: grouped(count) })
  return (
    <div className={css.actions} role="toolbar" aria-label={selected}>
      <b className="num">{selected}</b>
      <Button onClick={() => onAsk('acknowledge')}>{t('action.acknowledge')}</Button>
      <Button variant="default" onClick={() => onAsk('assign')}>
        {t('action.assign')}
      </Button>
      <Button variant="default" onClick={() => onAsk('shelve')}>
        {t('action.shelve')}
      </Button>
      <Button variant="default" onClick={() => onAsk('incident')}>
        {t('action.incident')}
      </Button>
      <MenuButton
        target={
          <Button variant="default" rightSection={<Icon name="open" size={12} />}>
            {t('action.moreActions')}
          </Button>
        }
        entries={[
          { key: 'unack', label: t('action.unacknowledge'), onSelect: () => onRun('unacknowledge') },
          { key: 'unshelve', label: t('action.unshelve'), onSelect: () => onRun('unshelve') },
          { key: 'severity', label: t('action.severity'), onSelect: () => onAsk('severity') },
          { key: 'clear', label: t('action.clear'), divided: true, onSelect: () => onAsk('clear') },
          { key: 'close', label: t('action.closeAlarm'), onSelect: () => onAsk('close') },
        ]}
      />
      <div className={css.spring} />
      <Button variant="subtle" color="gray" onClick={props.onClear}>
        {t('alarms.clearSelection')}
      </Button>
    </div>
  )
}
