/** What can be done to a case: one mutation an action, its errors as data, each with an idempotency key. */
import { type ClassType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { ActionKind, CloseReason, ConsentGiver, DataKind, Role } from './enums.ts';
import { DateScalar } from './scalars.ts';
import { ThuiszitterCase } from './thuiszitter-case.ts';

/** Payload and error of one mutation. Each mutation has its own codes, so that a client can answer all of them. */
const payload = <Result extends object>(
  name: string,
  codes: Readonly<Record<string, string>>,
  resultName: string,
  resultType: () => ClassType<Result>,
  resultDescription: string,
) => {
  const Codes = Object.fromEntries(Object.keys(codes).map((code) => [code, code]));
  registerEnumType(Codes, {
    name: `${name}ErrorCode`,
    description: `Why ${name} was not done.`,
    valuesConfig: Object.fromEntries(
      Object.entries(codes).map(([code, description]) => [code, { description }]),
    ),
  });

  @ObjectType(`${name}Error`, {
    simpleResolvers: true,
    description: `Why ${name} was not done, and what is possible.`,
  })
  class CommandError {
    @Field(() => Codes, { description: 'Stable code.' })
    code!: string;

    @Field(() => [String], {
      nullable: true,
      description: 'Path of the input field it is about; null when it is about the whole.',
    })
    field!: string[] | null;

    @Field(() => String, { description: 'What is wrong and what to do, in Dutch.' })
    message!: string;
  }

  @ObjectType(`${name}Payload`, { simpleResolvers: true, description: `What became of ${name}.` })
  class Payload {
    @Field(resultType, { name: resultName, nullable: true, description: resultDescription })
    result!: Result | null;

    @Field(() => [CommandError], { description: 'Empty when it was done.' })
    userErrors!: CommandError[];
  }
  return Payload;
};

const common = {
  NOT_FOUND: 'There is no such record in your reach.',
  IDEMPOTENCY_KEY_REUSED: 'This key was used for another request. Use a new key.',
} as const;

@InputType({ description: 'Opens a case by hand from an absence report of the own municipality.' })
export class ThuiszitterCaseOpenInput {
  @Field(() => ID, { description: 'The absence report.' })
  absenceReportId!: string;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

export const ThuiszitterCaseOpenPayload = payload(
  'ThuiszitterCaseOpen',
  {
    ...common,
    ALREADY_OPEN: 'The child already has an open case.',
    REPORT_WITHDRAWN: 'The report was withdrawn.',
    INVALID_KEY: 'The idempotency key is empty or too long.',
  },
  'thuiszitterCase',
  () => ThuiszitterCase,
  'The case that was opened, or that was open already.',
);

@InputType({ description: 'Who does the next step.' })
export class ActorInput {
  @Field(() => Role, {
    description: 'Role: the attendance officer, or a role that takes part in the case.',
  })
  role!: string;

  @Field(() => String, { description: 'Code of the organisation.' })
  organisation!: string;
}

@InputType({ description: 'The next step.' })
export class NextActionInput {
  @Field(() => ActionKind, { description: 'What is to be done.' })
  kind!: string;

  @Field(() => DateScalar, { description: 'Last day for it; today or later.' })
  dueOn!: string;

  @Field(() => ActorInput, { description: 'Who does it.' })
  owner!: ActorInput;
}

@InputType({
  description:
    'Notes what was done, and what comes next. What was done may change the status of the case.',
})
export class ThuiszitterCaseNoteActionInput {
  @Field(() => ID, { description: 'The case.' })
  caseId!: string;

  @Field(() => ActionKind, { description: 'What was done.' })
  done!: string;

  @Field(() => NextActionInput, {
    description: 'What comes next: a case never stands without a next step.',
  })
  next!: NextActionInput;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

export const ThuiszitterCaseNoteActionPayload = payload(
  'ThuiszitterCaseNoteAction',
  {
    ...common,
    CASE_CLOSED: 'The case is closed.',
    NOT_POSSIBLE_NOW:
      'This action does not fit the status of the case; the message says which does.',
    NOT_FOR_YOUR_ROLE: 'Another party does this.',
    OWNER_NOT_A_PARTY: 'The next step is given to somebody who does not take part in the case.',
    DUE_IN_THE_PAST: 'The next step is due before today.',
    INVALID_KEY: 'The idempotency key is empty or too long.',
  },
  'thuiszitterCase',
  () => ThuiszitterCase,
  'The case after the action.',
);

@InputType({
  description:
    'Closes a case. Access of all parties ends with it, and what was shared into it is deleted.',
})
export class ThuiszitterCaseCloseInput {
  @Field(() => ID, { description: 'The case.' })
  caseId!: string;

  @Field(() => CloseReason, { description: 'Why it closes.' })
  reason!: string;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

export const ThuiszitterCaseClosePayload = payload(
  'ThuiszitterCaseClose',
  {
    ...common,
    ALREADY_CLOSED: 'The case is closed already.',
    NO_PLACEMENT: 'The child is not back at school: note that first, or close with another reason.',
    INVALID_KEY: 'The idempotency key is empty or too long.',
  },
  'thuiszitterCase',
  () => ThuiszitterCase,
  'The closed case.',
);

@ObjectType({
  simpleResolvers: true,
  description: 'What was attached to a case, and who can see it.',
})
export class CaseLink {
  @Field(() => ID, { description: 'Id of the case. It can be read only by parties to the case.' })
  caseId!: string;

  @Field(() => DateScalar, { description: 'Day it was attached.' })
  attachedOn!: string;

  @Field(() => [DataKind], { description: 'Which kinds of data reach the recipients.' })
  dataKinds!: string[];

  @Field(() => [String], {
    description: 'Who can see them while they take part in the case: `role:organisation`.',
  })
  recipients!: string[];

  @Field(() => DateScalar, { description: 'Last day of the sharing.' })
  validUntil!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the consent, when it rests on one: give it to withdraw the consent.',
  })
  consentId!: string | null;
}

@InputType({ description: 'A recipient of data.' })
export class RecipientInput {
  @Field(() => Role, { description: 'Role.' })
  role!: string;

  @Field(() => String, { description: 'Code of the organisation.' })
  organisation!: string;
}

@InputType({
  description:
    'A consent that you hold evidence of. It lasts a year at most; refusing it has no consequence.',
})
export class ConsentInput {
  @Field(() => ConsentGiver, { description: 'Who gave it: it must fit the age of the child.' })
  givenBy!: string;

  @Field(() => [RecipientInput], { description: 'Who may see the data.' })
  recipients!: RecipientInput[];

  @Field(() => DateScalar, { description: 'Last day, at most a year from today.' })
  validUntil!: string;

  @Field(() => String, {
    description:
      'Where the evidence is kept in your own file (1 to 60 letters, digits, - or /); no personal data.',
  })
  evidenceRef!: string;
}

@InputType({
  description:
    'Attaches a pupil of your own to a case, on the covenant you both joined or on a consent.',
})
export class ThuiszitterCaseAttachPupilInput {
  @Field(() => String, {
    description: 'Key of the case, as the attendance officer gave it to you.',
  })
  caseKey!: string;

  @Field(() => ID, { description: 'The pupil.' })
  pupilId!: string;

  @Field(() => ConsentInput, {
    nullable: true,
    description: 'The consent; leave it out to attach on the covenant.',
  })
  consent?: ConsentInput | null;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

const attachErrors = {
  ...common,
  CASE_CLOSED: 'The case is closed.',
  NO_GROUND: 'No covenant binds you and the attendance officer today; attach it on a consent.',
  OTHER_CHILD: 'The birth date differs from that of the child of the case.',
  ALREADY_ATTACHED: 'Your organisation attached this record already.',
  CONSENT_GIVER: 'This consent must be given by somebody else, given the age of the child.',
  CONSENT_TERM: 'A consent ends after today and within a year.',
  CONSENT_RECIPIENTS: 'A recipient is missing, or may not receive this kind of data.',
  EVIDENCE_REF: 'The reference to the evidence is not in the right form.',
  INVALID_KEY: 'The idempotency key is empty or too long.',
} as const;

export const ThuiszitterCaseAttachPupilPayload = payload(
  'ThuiszitterCaseAttachPupil',
  attachErrors,
  'link',
  () => CaseLink,
  'What was attached.',
);

@InputType({
  description:
    'Attaches a waiting-list entry of your own to a case. Only a consent lets others see it (Jeugdwet 7.3.11).',
})
export class ThuiszitterCaseAttachWaitingListEntryInput {
  @Field(() => String, {
    description: 'Key of the case, as the attendance officer gave it to you.',
  })
  caseKey!: string;

  @Field(() => ID, { description: 'The entry.' })
  waitingListEntryId!: string;

  @Field(() => ConsentInput, {
    nullable: true,
    description:
      'The consent. A youth coordinator may leave it out: then only the own municipality sees it in the case.',
  })
  consent?: ConsentInput | null;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

export const ThuiszitterCaseAttachWaitingListEntryPayload = payload(
  'ThuiszitterCaseAttachWaitingListEntry',
  { ...attachErrors, CONSENT_REQUIRED: 'Only a consent lets a care provider share this.' },
  'link',
  () => CaseLink,
  'What was attached.',
);

@InputType({
  description: 'Records that a consent was withdrawn. What rested on it is deleted at once.',
})
export class ConsentWithdrawInput {
  @Field(() => String, { description: 'Key of the case.' })
  caseKey!: string;

  @Field(() => ID, { description: 'The consent, registered by your organisation.' })
  consentId!: string;

  @Field(() => String, {
    description:
      'A key of your own (1 to 100 characters): sending the same again has no second effect.',
  })
  idempotencyKey!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A withdrawn consent.' })
export class WithdrawnConsent {
  @Field(() => ID, { description: 'Id of the consent.' })
  id!: string;

  @Field(() => DateScalar, { description: 'Day of withdrawal.' })
  withdrawnOn!: string;
}

export const ConsentWithdrawPayload = payload(
  'ConsentWithdraw',
  {
    ...common,
    ALREADY_WITHDRAWN: 'It was withdrawn before.',
    INVALID_KEY: 'The idempotency key is empty or too long.',
  },
  'consent',
  () => WithdrawnConsent,
  'The consent.',
);
