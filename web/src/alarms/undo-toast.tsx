import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'

const SHOWN_MS = 10_000

/** Says what was done, and for ten seconds offers to take it back. */
export function sayUndoable(said: string, undo: string, take: () => void): void {
  const id = `undo-${crypto.randomUUID()}`
  const press = () => {
    notifications.hide(id)
    take()
  }
  const message = (
    <span style={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 12 }}>
      {said}
      <Button variant="default" size="compact-sm" onClick={press}>
        {undo}
      </Button>
    </span>
  )
  notifications.show({ id, message, autoClose: SHOWN_MS })
}
