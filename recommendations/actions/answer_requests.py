"""The steps by which a committee that owes answers is asked for them: each is taken by somebody, and once."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import outbox, permissions
from recommendations.actions.state import checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.answer_requests import LadderStep, Silence, silences
from recommendations.enums import Act, MessageKind, RequestStep
from recommendations.models import AnswerRequest, Committee, Publication

# Neither is news: nothing has happened in the matter. The line itself stands where the answer is missing.
ACTS = {RequestStep.LETTER: Act.ANSWER_REQUESTED, RequestStep.PUBLIC_LINE: Act.REASONS_REQUESTED}


@in_turn()
def request_answer(
    *, by: User, publication: Publication, committee: Committee, step: str, request_key: UUID | None = None
) -> AnswerRequest:
    """Send the letter, or put the line on the pages; with the text that was fixed beforehand, from its day on."""
    permissions.check_can_request_answer(by, committee)
    if done_before(request_key):
        return AnswerRequest.objects.get(publication=publication, committee=committee, step=step)
    silence = next((one for one in silences({committee.pk}) if one.publication == publication), None)
    if silence is None:
        raise ValidationError(_("Der mangler ikke et svar fra udvalget på den kilde. Genindlæs siden."))
    asked = _required_now(silence, step)
    request = checked(
        AnswerRequest(
            publication=publication,
            committee=committee,
            step=step,
            due_on=asked.due_on,
            on=silence.today,
            text=silence.text,
            recorded_by=by,
        )
    )
    if step == RequestStep.LETTER:
        outbox.put(MessageKind.ANSWER_REQUESTED, committee=committee, about={"request": request.pk})
    record(
        act=ACTS[RequestStep(step)],
        by=by,
        publication=publication,
        committee=committee,
        on=request.on,
        digest_of=request,
        request_key=request_key,
    )
    return request


def _required_now(silence: Silence, step: str) -> LadderStep:
    """The step, where it is its turn and its day has come."""
    asked = next((one for one in silence.steps if one.step == step), None)
    if asked is None or asked.taken:
        raise ValidationError(_("Det trin er allerede taget. Genindlæs siden for at se det næste."))
    if asked != silence.next_step:
        raise ValidationError(_("Send først brevet til udvalgets postkasse. Linjen kan tidligst komme dagen efter."))
    if asked.due_on > silence.today:
        raise ValidationError(
            _("Det er for tidligt. Trinnet kan tages fra %(day)s, som er aftalt på forhånd.")
            % {"day": date_format(asked.due_on, "j. F Y")}
        )
    if asked.step == RequestStep.LETTER and not silence.committee.email:
        raise ValidationError(
            _("%(committee)s har ingen postkasse. Bed en administrator skrive en på udvalget.")
            % {"committee": silence.committee.name}
        )
    return asked
