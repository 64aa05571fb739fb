-- The same policies, by role. As a comparison with the role among others, the planner takes each for rare: it expects one row in
-- two hundred, and sorts what an index would have given in order. A choice by role says nothing about how many rows there are.
ALTER POLICY pupil_read ON education.pupil USING (
  CASE hub.role()
    WHEN 'swvCoordinator' THEN swv_code = hub.organisation() AND swv_task_until >= hub.today()
    WHEN 'schoolCareCoordinator' THEN brin6 = hub.organisation()
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY pupil_identity_read ON education.pupil_identity USING (
  CASE hub.role()
    WHEN 'swvCoordinator' THEN swv_code = hub.organisation() AND swv_task_until >= hub.today()
    WHEN 'schoolCareCoordinator' THEN brin6 = hub.organisation()
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY opp_read ON education.opp USING (
  CASE hub.role()
    WHEN 'swvCoordinator' THEN swv_code = hub.organisation() AND swv_task_until >= hub.today()
    WHEN 'schoolCareCoordinator' THEN brin6 = hub.organisation()
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY tlv_read ON education.tlv USING (
  CASE hub.role()
    WHEN 'swvCoordinator' THEN swv_code = hub.organisation()
    WHEN 'schoolCareCoordinator' THEN brin6 = hub.organisation()
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY arrangement_read ON education.arrangement USING (
  CASE hub.role()
    WHEN 'swvCoordinator' THEN swv_code = hub.organisation()
    WHEN 'schoolCareCoordinator' THEN brin6 = hub.organisation()
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY youth_read ON attendance.youth USING (
  CASE hub.role() WHEN 'attendanceOfficer' THEN municipality_code = hub.organisation() ELSE false END
);
--> statement-breakpoint
ALTER POLICY youth_identity_read ON attendance.youth_identity USING (
  CASE hub.role() WHEN 'attendanceOfficer' THEN municipality_code = hub.organisation() ELSE false END
);
--> statement-breakpoint
ALTER POLICY absence_report_read ON attendance.absence_report USING (
  CASE hub.role() WHEN 'attendanceOfficer' THEN municipality_code = hub.organisation() ELSE false END
);
--> statement-breakpoint
ALTER POLICY waiting_list_entry_read ON care.waiting_list_entry USING (
  CASE hub.role()
    WHEN 'careProvider' THEN provider_agb = hub.organisation()
    WHEN 'youthCoordinator' THEN municipality_code = hub.organisation() AND status NOT IN ('ENDED', 'CANCELLED', 'REFERRED_ON')
    ELSE false
  END
);
--> statement-breakpoint
ALTER POLICY delivery_read ON staging.delivery USING (
  CASE hub.role() WHEN 'source' THEN source = hub.organisation() ELSE false END
);
--> statement-breakpoint
ALTER POLICY reject_read ON staging.reject USING (
  CASE hub.role() WHEN 'source' THEN source = hub.organisation() ELSE false END
);
