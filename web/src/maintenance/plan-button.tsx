// "Maintenance" where a device, a site or an alarm is looked at.
import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import type { WindowFor } from './window-form.ts'

const WindowDialog = lazy(async () => ({ default: (await import('./window-dialog.tsx')).WindowDialog }))

export function PlanButton({ of }: { of: WindowFor }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" leftSection={<Icon name="tool" size={13} />} onClick={() => setOpen(true)}>
        {t('maintenance.short')}
      </Button>
      <Suspense>{open ? <WindowDialog of={of} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
