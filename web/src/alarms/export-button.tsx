import { ActionIcon } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { fullTime, grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import type { AlarmSearch } from './alarm-view.ts'
import { columnLabel } from './column-label.ts'
import { exportWords, fileName, saveExport } from './export-words.ts'
import type { AlarmList } from './use-alarm-list.ts'

/** Saves the list as it is on screen: its rows, order, columns and words. */
export function ExportButton(props: { search: AlarmSearch; list: AlarmList; columns: readonly string[] }) {
  const { t } = useTranslation()
  const words = useFailureWords()
  const [busy, setBusy] = useState(false)
  const { snapshot, params, dictionary } = props.list
  const title = t('alarms.export', { count: snapshot.total, shown: grouped(snapshot.total) })

  async function save() {
    setBusy(true)
    try {
      const said = exportWords(t, dictionary, props.columns, (id) => columnLabel(t, id))
      const body = { ...said, query: params, ...(snapshot.list === '' ? {} : { list: snapshot.list }) }
      await saveExport('/alarms/export', body, fileName('alarms', fullTime(clock.now())))
    } catch (failure) {
      const said = words(failure)
      notifications.show({ color: 'red', title: said.cause, message: said.action })
    }
    setBusy(false)
  }

  return (
    <ActionIcon aria-label={title} title={title} size="md" loading={busy} onClick={() => void save()}>
      <Icon name="sheet" />
    </ActionIcon>
  )
}
