/**
 * Until when the SWV has a task for a pupil: it may hold and see a pupil's data only for allotting support, judging a TLV
 * and giving advice (WPO art. 18a l. 6 and 13), so this day bounds what its coordinator sees.
 */
import { equal, type Merge } from './merge.ts';

const openEnd = '9999-12-31';

/** Computes the day anew for the pupils of the staged lines and for these others. Copies it to where policies read it. */
export async function renewTasks(
  { tx, deliveryId }: Merge,
  lines: string,
  others: readonly string[] = [],
): Promise<void> {
  const touched = tx`(
    select pupil.swv_code, pupil.id from ${tx.unsafe(lines)} as line
    join education.pupil on ${equal(tx, 'pupil', 'line', ['swv_code', 'brin6', 'school_pupil_number'])}
    where line.delivery_id = ${deliveryId}
    union
    select pupil.swv_code, pupil.id from education.pupil
    where pupil.id = any (${[...others]}::uuid[]) and pupil.swv_code in (
      select line.swv_code from ${tx.unsafe(lines)} as line where line.delivery_id = ${deliveryId})
  )`;
  await tx`
    update education.pupil as stored set swv_task_until = task.until
    from (
      select touched.swv_code, touched.id, max(ends.until) as until
      from ${touched} as touched
      left join lateral (
        select case
          when status in ('REQUESTED', 'INCOMPLETE', 'IN_PROGRESS', 'OBJECTION') then ${openEnd}::date
          when status = 'GRANTED' then coalesce(valid_until, ${openEnd}::date)
        end as until
        from education.tlv where tlv.swv_code = touched.swv_code and tlv.pupil_id = touched.id
        union all
        select case
          when status in ('REQUESTED', 'IN_PROGRESS') then ${openEnd}::date
          when status in ('GRANTED', 'RUNNING', 'EXTENDED') then coalesce(valid_until, ${openEnd}::date)
          when status in ('EVALUATED', 'ENDED') then valid_until
        end
        from education.arrangement
        where arrangement.swv_code = touched.swv_code and arrangement.pupil_id = touched.id
      ) as ends on true
      group by touched.swv_code, touched.id
    ) as task
    where stored.swv_code = task.swv_code and stored.id = task.id
      and stored.swv_task_until is distinct from task.until`;
  await tx`
    update education.pupil_identity as identity set swv_task_until = pupil.swv_task_until
    from ${touched} as touched
    join education.pupil on pupil.swv_code = touched.swv_code and pupil.id = touched.id
    where identity.swv_code = pupil.swv_code and identity.pupil_id = pupil.id
      and identity.swv_task_until is distinct from pupil.swv_task_until`;
  await tx`
    update education.opp set swv_task_until = pupil.swv_task_until
    from ${touched} as touched
    join education.pupil on pupil.swv_code = touched.swv_code and pupil.id = touched.id
    where opp.swv_code = pupil.swv_code and opp.pupil_id = pupil.id
      and opp.swv_task_until is distinct from pupil.swv_task_until`;
}
