import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { Dialog } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { configPath } from './site-queries.ts'

export interface RemoveDialogProps {
  readonly site: string
  readonly kind: 'devices' | 'credentials' | 'profiles'
  /** In the path. */
  readonly name: string
  /** What people call it. */
  readonly label: string
  onClose(): void
}

/** Takes one thing out of what the collector keeps for the site, after saying what that means. */
export function RemoveDialog({ site, kind, name, label, onClose }: RemoveDialogProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => send('DELETE', `${configPath(site)}/${kind}/${encodeURIComponent(name)}`),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['site-config', site] })
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('remove.title', { name: label })} size="md">
      <div className={page.form}>
        <p className={page.hint}>{t(`removeHint.${kind}`)}</p>
        <FormProblem failure={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()} data-autofocus>
            {t('remove.do')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
