import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ChannelTestResult } from '#shared/http/notifications.ts'
import { send } from '../api/client.ts'
import { Dialog } from '../ui/dialog.tsx'
import { State } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { channelPath } from './notification-queries.ts'
import css from './notifications.module.css'

/** Sends a test message; what the provider says to it is shown as it is. */
export function ChannelTest({ id }: { id: string }) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const test = useMutation({
    mutationFn: () => send<ChannelTestResult>('POST', `${channelPath(id)}/test`),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['channels'] })
      void queries.invalidateQueries({ queryKey: ['notifications'] })
    },
  })
  const { data } = test
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t('channels.testOf', { name: id })}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {t('channels.test')}
      </Button>
      {data === undefined && !test.isError ? null : (
        <Dialog onClose={test.reset} title={t('channels.testOf', { name: id })} size="md">
          <div className={page.form} data-channel-test={data?.ok}>
            <FormProblem failure={test.error} />
            {data === undefined ? null : (
              <>
                <div className={page.line}>
                  <State tone={data.ok ? 'good' : 'bad'} word={t(data.ok ? 'channels.tookIt' : 'channels.refusedIt')} />
                  <span className="quiet num">{Math.round(data.durationMs)} ms</span>
                </div>
                <div>
                  <div className="quiet">{t('channels.said')}</div>
                  {say(data.answer) === data.answer ? null : <div>{say(data.answer)}</div>}
                  <div className={`mono ${css.answer}`}>{data.answer || '–'}</div>
                </div>
                <p className={page.hint}>{t(data.ok ? 'channels.tookItNext' : 'channels.refusedItNext')}</p>
              </>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" data-autofocus onClick={test.reset}>
                {t('action.close')}
              </Button>
              <Button loading={test.isPending} onClick={() => test.mutate()}>
                {t('channels.testAgain')}
              </Button>
            </Group>
          </div>
        </Dialog>
      )}
    </>
  )
}
