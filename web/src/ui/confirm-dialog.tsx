import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { Dialog, DialogButtons } from './dialog.tsx'
import page from './page.module.css'
import { FormProblem } from './problems.tsx'

export interface ConfirmDialogProps {
  readonly title: string
  /** What it means. */
  readonly hint: string
  /** On the button that does it. */
  readonly label: string
  /** What is read again afterwards. */
  readonly queryKey: QueryKey
  run(): Promise<unknown>
  onClose(): void
  /** Instead of onClose when it is done. */
  onDone?: (() => void) | undefined
}

/** Asks before something is taken away for good; a failure is said in the dialog, which then stays. */
export function ConfirmDialog({ title, hint, label, queryKey, run, onClose, onDone = onClose }: ConfirmDialogProps) {
  const queries = useQueryClient()
  const act = useMutation({
    mutationFn: run,
    onSettled: () => void queries.invalidateQueries({ queryKey }),
    onSuccess: () => onDone(),
  })
  return (
    <Dialog onClose={onClose} title={title} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate()
        }}
      >
        <p className={page.hint}>{hint}</p>
        <FormProblem failure={act.error} />
        <DialogButtons label={label} busy={act.isPending} grave focused onClose={onClose} />
      </form>
    </Dialog>
  )
}
