import { notifications } from '@mantine/notifications'
import { useFailureWords } from './notices.tsx'

/** Toasts: what was done, or what went wrong and what to do about it. */
export function useSay(): { done(message: string): void; failure(failure: unknown): void } {
  const words = useFailureWords()
  return {
    done: (message) => void notifications.show({ message }),
    failure: (failure) => {
      const said = words(failure)
      notifications.show({ color: 'red', title: said.cause, message: said.action, autoClose: 8000 })
    },
  }
}
