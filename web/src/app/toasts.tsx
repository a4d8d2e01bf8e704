// What was done and what went wrong, in the corner. Fetched with the first of them.
import '@mantine/notifications/styles.layer.css'
import { Notifications } from '@mantine/notifications'

export function Toasts() {
  return <Notifications position="bottom-right" autoClose={4000} limit={3} />
}
