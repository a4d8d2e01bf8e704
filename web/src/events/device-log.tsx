// The events of one device, on its page: searched without leaving it.
import { useCallback, useMemo, useState } from 'react'
import { Panel } from '../ui/panel.tsx'
import { EventList } from './event-list.tsx'
import type { EventSearch } from './event-search.ts'

export function DeviceLog({ device }: { device: string }) {
  const [search, setSearch] = useState<EventSearch>({})
  const set = useCallback((change: EventSearch) => setSearch((old) => ({ ...old, ...change })), [])
  const own = useMemo(() => ({ ...search, device }), [search, device])
  return (
    <Panel>
      <EventList search={own} ofDevice set={set} clear={() => setSearch({})} />
    </Panel>
  )
}
