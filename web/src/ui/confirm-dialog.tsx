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
  /** More of it. */
  readonly also?: readonly QueryKey[]
  run(): Promise<unknown>
  onClose(): void
  /** Instead of onClose when it is done. */
  onDone?: (() => void) | undefined
}

/** Asks before something is taken away for good; a failure is said in the dialog, which then stays. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, hint, label, queryKey, also = [], run, onClose, onDone = onClose } = props
  const queries = useQueryClient()
  const act = useMutation({
    mutationFn: run,
    onSettled() {
      for (const key of [queryKey, ...also]) void queries.invalidateQueries({ queryKey: key })
    },
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
