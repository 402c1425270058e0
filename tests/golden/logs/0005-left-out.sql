PRAGMA application_id = 1396787009;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE definitions (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	content_hash TEXT NOT NULL, 
	document TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	deprecate_time INTEGER, 
	CONSTRAINT definitions_pk PRIMARY KEY (namespace, name, version)
)
 STRICT

;
INSERT INTO "definitions" VALUES('default','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"abc","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"diamond","output":{"n":"${steps.d.output.n}","who":"${input.who}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"},{"action":"act","after":["b","c"],"id":"d","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"pivoted","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","kind":"STEP_KIND_PIVOT","participant":"p"},{"action":"act","id":"c","kind":"STEP_KIND_RETRYABLE","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"quick","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"}],"timeout":"10s","version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"impatient","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p","pending_poll_interval":"10s","pending_timeout":"30s"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"forgetful","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"forgetful"}],"version":1}','{"forgetful":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":false}},"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"unresolved","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","input":{"x":"${steps.a.output.missing}"},"participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"elsewhere","retry":{"initial_backoff":"1s","max_attempts":99,"max_backoff":"1s"},"steps":[{"action":"act","id":"far","participant":"q"}],"version":1}','{"q":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"mute","output":{"x":"${steps.a.output.missing}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
CREATE TABLE events (
	uid BLOB NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB, 
	type TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	time INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT events_pk PRIMARY KEY (uid, sequence), 
	CONSTRAINT events_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 STRICT

;
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',1,X'D1C427103C344C4189EB2F1E7BD5D47E','SagaStarted',3,1800000000000000,'{"definition_name":"diamond","definition_version":1,"definition_hash":"42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2","input":{"json":"{\"who\": \"Zo\\u00eb\"}"},"timeout_time":1800086400000000,"labels":{"shop":"north"},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","trace_origin":"b7ad6b7169203330"}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',2,NULL,'StepIntended',1,1800000000000000,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',3,X'6110E5781BCCCEA696762E6116C6E9C9','StepCompleted',1,1800000000000000,'{"step_id":"a","output":{"binary":"AP8=","content_type":"image/png","metadata":{"colour":"none"}},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',4,NULL,'StepIntended',1,1800000000000000,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',5,NULL,'StepIntended',1,1800000000000000,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',6,X'E66CB0E4B2B3F4D58D82CA6386D2C96E','StepCompleted',1,1800000000000000,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',7,X'433D2E44FED8B6B8357E44CD3129903A','StepCompleted',1,1800000000000000,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',8,NULL,'StepIntended',1,1800000000000000,'{"step_id":"d","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',9,X'1F8F2B1A39F3C3E693114351DCBED407','StepCompleted',1,1800000000000000,'{"step_id":"d","output":{"json":"{\"n\": 7}"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',10,NULL,'SagaCompleted',1,1800000000000000,'{"output":{"json":"{\"n\":7,\"who\":\"Zoë\"}"}}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',1,X'CF999661F967BDAFDF0E7337420C13F8','SagaStarted',3,1800000000000001,'{"definition_name":"mute","definition_version":1,"definition_hash":"099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec","input":{"json":"{}"},"timeout_time":1800086400000001}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',2,NULL,'StepIntended',1,1800000000000001,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',3,X'87376F07BCB81287FDC8C0388FE881C3','StepCompleted',1,1800000000000001,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',4,NULL,'SagaCompleted',1,1800000000000001,'{"failure":{"reason":"OUTPUT_UNRESOLVED","message":"the output does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',1,X'3DF245ADA90802389A78CDC29492A875','SagaStarted',3,1800000000000002,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086400000002}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',2,NULL,'StepIntended',1,1800000000000002,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',3,X'D9892FED75598005BAC48A6A9E826BD6','StepCompleted',1,1800000000000002,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',4,NULL,'StepIntended',1,1800000000000002,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',5,X'3F9E9919878D972F9A451DA1305317FE','ExecuteAttemptFailed',1,1800000000000002,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000000922190}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',6,X'D46D44E5A833B3B84E0F27F9F7A910B6','ExecuteAttemptFailed',1,1800000000922190,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000001665336}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',7,X'5CE301E94A2599ABF5FD99301D8FA94D','StepCompleted',1,1800000001665336,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',8,NULL,'StepIntended',1,1800000001665336,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',9,X'1631D67FDF64A0D8A5B4DFF0C5475A81','StepCompleted',1,1800000001665336,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',10,NULL,'SagaCompleted',1,1800000001665336,'{}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',1,X'58AF22CCBD6C7F67757B106AAFA12CAA','SagaStarted',3,1800000001665337,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086401665337}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',2,NULL,'StepIntended',1,1800000001665337,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',3,X'4F137E8CD7B9FAE1A77AFAB3D84B9DC6','StepCompleted',1,1800000001665337,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',4,NULL,'StepIntended',1,1800000001665337,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',5,X'16CA5F700608ECA9153D28821562A11B','ExecuteAttemptFailed',1,1800000001665337,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002040040}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',6,X'FC8D5C7D438A96BB86399207685D2578','ExecuteAttemptFailed',1,1800000002040040,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000002433295}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',7,X'8DE3DA970D560394E3F2C264D806ACA5','StepCompleted',1,1800000002433295,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',8,NULL,'StepIntended',1,1800000002433295,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',9,X'FB5F69FB4D3226033D0141C531811333','ExecuteAttemptFailed',1,1800000002433295,'{"step_id":"c","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002935533}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',10,X'298A868322F9045811E7D4F31834F3D8','StepCompleted',1,1800000002935533,'{"step_id":"c","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',11,NULL,'SagaCompleted',1,1800000002935533,'{}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',1,X'CBCEE39B859205F57FF8B9BA41277601','SagaStarted',3,1800000002935534,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086402935534}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',2,NULL,'StepIntended',1,1800000002935534,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',3,X'870461DB595D0BD237B363F437AADCE2','StepCompleted',1,1800000002935534,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',4,NULL,'StepIntended',1,1800000002935534,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',5,X'8F7D16219919C884698003C72C26B58F','ExecuteAttemptFailed',1,1800000002935534,'{"step_id":"b","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000003448033,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',6,X'6C575F5DFA79EB91963CED8D08AD2833','ExecuteAttemptFailed',1,1800000003448033,'{"step_id":"b","attempt":2,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003929134,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',7,X'AFB9176A08909858A8DB670002BFD989','ExecuteAttemptFailed',1,1800000003929134,'{"step_id":"b","attempt":3,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000004742485,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',8,X'041C9099425E29070444F8CD2C65C73A','ExecuteAttemptFailed',1,1800000004742485,'{"step_id":"b","attempt":4,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000005073622,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',9,X'8C307317977E66CCD33E108DEE950ECC','ExecuteAttemptFailed',1,1800000005073622,'{"step_id":"b","attempt":5,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000005254405,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',10,X'EED18DF1012B51AC263D091212D54E15','StepCompleted',1,1800000005254405,'{"step_id":"b","output":{},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',11,NULL,'StepIntended',1,1800000005254405,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',12,X'40AA0FC184226EC16A81FC47031DE33F','StepCompleted',1,1800000005254405,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',13,NULL,'SagaCompleted',1,1800000005254405,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',1,X'88C2CB119A55DF2AEB37DD28EFD75541','SagaStarted',3,1800000005254406,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254406}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',2,NULL,'StepIntended',1,1800000005254406,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',3,X'128C0B2B0AA41AA87DB8DD45639EF0A5','StepCompleted',1,1800000005254406,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',4,NULL,'StepIntended',1,1800000005254406,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',5,X'23B56E525E351A7FAB0E49793F993B1D','StepCompleted',1,1800000005254406,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',6,NULL,'StepIntended',1,1800000005254406,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',7,X'8553C16BE0F5D3CB0C58233021DE2742','StepRejected',1,1800000005254406,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',8,NULL,'CompensationStarted',1,1800000005254406,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',9,NULL,'CompensationIntended',1,1800000005254406,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',10,X'EAF5968218850BFAA7FC8635B82B2FF7','StepCompensated',1,1800000005254406,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',11,NULL,'CompensationIntended',1,1800000005254406,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',12,X'E8555405951CB239F5C49204CD75B665','StepCompensated',1,1800000005254406,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',13,NULL,'SagaCompensated',1,1800000005254406,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',1,X'A77C9D81DEED9CAD43EB396DCD99718B','SagaStarted',3,1800000005254407,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254407}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',2,NULL,'StepIntended',1,1800000005254407,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',3,X'F11B1BFAEF8FC0F940437AA106553DCC','StepCompleted',1,1800000005254407,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',4,NULL,'StepIntended',1,1800000005254407,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',5,X'EC021E86578404A624F9DB073D091865','StepFailed',1,1800000005254407,'{"step_id":"b","kind":"PERMANENT","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',6,NULL,'CompensationStarted',1,1800000005254407,'{"cause":"FAILED","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',7,NULL,'CompensationIntended',1,1800000005254407,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',8,X'F737EAA88ECC85A1CDF4216D898A0C0F','StepCompensated',1,1800000005254407,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',9,NULL,'CompensationIntended',1,1800000005254407,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',10,X'3F434E363D0323E0030A250C945A6F4E','StepCompensated',1,1800000005254407,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',11,NULL,'SagaCompensated',1,1800000005254407,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',1,X'E96F6CBE90478028EF438A6A97F49F90','SagaStarted',3,1800000005254408,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254408}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',2,NULL,'StepIntended',1,1800000005254408,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',3,X'20C32B02832B8B8FEFA7F3E0971DBCD9','StepCompleted',1,1800000005254408,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',4,NULL,'StepIntended',1,1800000005254408,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',5,X'08D052F629AE9BE65CE8FD91D86DFA75','ExecuteAttemptFailed',1,1800000005254408,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000006073822}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',6,X'4FDC3AB4AF7D7A9FC88C45820E949409','ExecuteAttemptFailed',1,1800000006073822,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000007047597}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',7,X'B54A95AC2F5585E5BFD1D56ECC996697','StepFailed',1,1800000007047597,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',8,NULL,'CompensationStarted',1,1800000007047597,'{"cause":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',9,NULL,'CompensationIntended',1,1800000007047597,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',10,X'4B317CAAFC01DB63226BCB4B302E0D81','StepCompensated',1,1800000007047597,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',11,NULL,'CompensationIntended',1,1800000007047597,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',12,X'509622DF86C0FE66B55051E681AA0648','StepCompensated',1,1800000007047597,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',13,NULL,'SagaCompensated',1,1800000007047597,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',1,X'C8153790460D5FC8B1BD9822ECF8CE56','SagaStarted',3,1800000007047598,'{"definition_name":"unresolved","definition_version":1,"definition_hash":"1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9","input":{"json":"{}"},"timeout_time":1800086407047598}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',2,NULL,'StepIntended',1,1800000007047598,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',3,X'C5AA3B447916A9AC3E01AE18D69373D6','StepCompleted',1,1800000007047598,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',4,NULL,'StepBlocked',1,1800000007047598,'{"step_id":"b","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',5,NULL,'StepIntended',1,1800000007047598,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',6,NULL,'CompensationStarted',1,1800000007047598,'{"cause":"FAILED","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"},"step_id":"b","struck":["c"]}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',7,NULL,'CompensationIntended',1,1800000007047598,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',8,X'2A0B19EA5785E4E1390873D6F673E6AF','StepCompensated',1,1800000007047598,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',9,NULL,'SagaCompensated',1,1800000007047598,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',1,X'3516B8B935AF570A9D9AAD152B670D22','SagaStarted',3,1800000007047599,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086407047599}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',2,NULL,'StepIntended',1,1800000007047599,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',3,X'D97E36E94D0CC8896B158536A24C9C44','StepCompleted',1,1800000007047599,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',4,NULL,'StepIntended',1,1800000007047599,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',5,X'807054D700C45A416C533C5E39FABE56','ExecuteAttemptFailed',1,1800000007047599,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000007647807}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',6,X'4C999E9A45EC8FC7407E4DF4025C11B7','StepFailed',1,1800000007647807,'{"step_id":"b","kind":"REJECTED_UNCONFIRMED","failure":{"reason":"REFUSED","message":"no"},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',7,NULL,'CompensationStarted',1,1800000007647807,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',8,NULL,'CompensationIntended',1,1800000007647807,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',9,X'1F82198DBE4F2FC52FC4B11AA9181B52','StepCompensated',1,1800000007647807,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',10,NULL,'CompensationIntended',1,1800000007647807,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',11,X'8F35BDDD6B78C1FDEFFFC1C91A50B725','StepCompensated',1,1800000007647807,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',12,NULL,'SagaCompensated',1,1800000007647807,'{}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',1,X'A32D19ED9434C76010719F13E6BC1E92','SagaStarted',3,1800000007647808,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086407647808}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',2,NULL,'StepIntended',1,1800000007647808,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',3,X'822EE3904920ED14B168C6F330004844','StepCompleted',1,1800000007647808,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',4,NULL,'StepIntended',1,1800000007647808,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',5,X'F680C7885E34D1ECFFD1431DB75D3075','StepCompleted',1,1800000007647808,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',6,NULL,'StepIntended',1,1800000007647808,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',7,X'A862B60B329DE8D35C7BB54B28732B03','StepRejected',1,1800000007647808,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',8,NULL,'CompensationStarted',1,1800000007647808,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',9,NULL,'CompensationIntended',1,1800000007647808,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',10,X'9364DD697C5B771D61997CD3F14B93E2','CompensateAttemptFailed',1,1800000007647808,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000007662356}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',11,X'D60E3896F58BC76BD7217A299B38951D','CompensateAttemptFailed',1,1800000007662356,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000008447868}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',12,X'B62853D8B556531A3AE6626F48DB27E9','StepCompensated',1,1800000008447868,'{"step_id":"b","attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',13,NULL,'CompensationIntended',1,1800000008447868,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',14,X'7329FD8A19D2C2E894647FD12321454B','CompensateAttemptFailed',1,1800000008447868,'{"step_id":"a","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000009254355,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',15,X'453B26351FC3ECA686324251FF8C240A','StepCompensated',1,1800000009254355,'{"step_id":"a","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',16,NULL,'SagaCompensated',1,1800000009254355,'{}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',1,X'9FDAB898C7FCFB51F40229737C352A64','SagaStarted',3,1800000009254356,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086409254356}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',2,NULL,'StepIntended',1,1800000009254356,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',3,X'EB751E10ABE26E102B0FD4E9A6D13D51','StepCompleted',1,1800000009254356,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',4,NULL,'StepIntended',1,1800000009254356,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',5,X'9E3D821C001E0440EAE71637D7A5FEC8','StepCompleted',1,1800000009254356,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',6,NULL,'StepIntended',1,1800000009254356,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',7,X'EE5BFC8ACDF01BDE04352DB0D9250B78','StepRejected',1,1800000009254356,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',8,NULL,'CompensationStarted',1,1800000009254356,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',9,NULL,'CompensationIntended',1,1800000009254356,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',10,X'3572A68AAECC3435D698AC4E3DD0FF32','CompensateAttemptFailed',1,1800000009254356,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000009513441}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',11,X'8193BEFB6065D7C0A4B8A97212402A17','CompensateAttemptFailed',1,1800000009513441,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000009794227}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',12,X'E066F663EAF872F7656A894E9566820A','CompensationFailed',1,1800000009794227,'{"step_id":"b","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',13,NULL,'SagaStuck',1,1800000009794227,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',1,X'98B0DDEB90E9844D34E7EF3EDEDF9655','SagaStarted',3,1800000009794228,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086409794228}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',2,NULL,'StepIntended',1,1800000009794228,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',3,X'6A2B849CA5633894BAC1BCCE52009198','StepCompleted',1,1800000009794228,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',4,NULL,'StepIntended',1,1800000009794228,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',5,X'0B59EACE6C02673E65A3DA66A10E8412','StepCompleted',1,1800000009794228,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',6,NULL,'StepIntended',1,1800000009794228,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',7,X'51D6AABAC2B43B1355F28105B466A8A2','StepRejected',1,1800000009794228,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',8,NULL,'CompensationStarted',1,1800000009794228,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',9,NULL,'CompensationIntended',1,1800000009794228,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',10,X'4DF7F35B195B467EF08705782990D6DC','StepCompensated',1,1800000009794228,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',11,NULL,'CompensationIntended',1,1800000009794228,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',12,X'115B1AC7D60984CB7CF0FD538E48BD13','CompensationFailed',1,1800000009794228,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',13,NULL,'SagaStuck',1,1800000009794228,'{"failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',1,X'D22222FC88D83B24381C51D2586694DD','SagaStarted',3,1800000009794229,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409794229}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',2,NULL,'StepIntended',1,1800000009794229,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',3,X'D3565C1BD24196B57EFBAC835B30AED5','StepCompleted',1,1800000009794229,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',4,NULL,'StepIntended',1,1800000009794229,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',5,X'7560CDE4EDF2EC34CF2E4524346DA58B','StepCompleted',1,1800000009794229,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',6,NULL,'StepIntended',1,1800000009794229,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',7,X'79E0E950F3022FD228CB30E7D0809F9F','StepRejected',1,1800000009794229,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',8,NULL,'SagaStuck',1,1800000009794229,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',1,X'5FCBA7FC5A4F89B03C559734BF8E9B2D','SagaStarted',3,1800000009794230,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409794230}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',2,NULL,'StepIntended',1,1800000009794230,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',3,X'A718998929EF6B2873596E0C3ABCFEB6','StepCompleted',1,1800000009794230,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',4,NULL,'StepIntended',1,1800000009794230,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',5,X'F15C1CC7D5727D1063859CAE0075A0F6','ExecuteAttemptFailed',1,1800000009794230,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000010041526}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',6,X'B4707C70E250EED94B4BBE89651A0C74','ExecuteAttemptFailed',1,1800000010041526,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000010291745}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',7,X'3D485C7CB6A23F068C7106CB1E047DA5','StepFailed',1,1800000010291745,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',8,NULL,'SagaStuck',1,1800000010291745,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',1,X'D192DD5A43817F947696662302A7F297','SagaStarted',3,1800000010291746,'{"definition_name":"quick","definition_version":1,"definition_hash":"1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c","input":{"json":"{}"},"timeout_time":1800000020291746}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',2,NULL,'StepIntended',1,1800000010291746,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',3,X'333A5542141DB4FB280B35D495DBE346','StepCompleted',1,1800000010291746,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',4,NULL,'StepIntended',1,1800000010291746,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',5,X'D330C99C0EE8D8166B99C83BA7476A7C','StepPending',1,1800000010291746,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',6,X'06F53A80BBF69DE4E3591AA6D3A9A1EB','SagaTimedOut',1,1800000020291746,'{}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',7,NULL,'CompensationStarted',1,1800000020291746,'{"cause":"TIMED_OUT","failure":{"reason":"TIMED_OUT","message":"the saga''s time was up"}}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',8,NULL,'CompensationIntended',1,1800000020291746,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',9,X'1053BFAFB2C49CA30F783EBBB17AC939','StepCompensated',1,1800000020291746,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',10,NULL,'CompensationIntended',1,1800000020291746,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',11,X'0266947AA5C9DFF43CAB9D393D157DB6','StepCompensated',1,1800000020291746,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',12,NULL,'SagaCompensated',1,1800000020291746,'{}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',1,X'6DBA45A75C2B7546342DECF800777BA5','SagaStarted',3,1800000020291747,'{"definition_name":"impatient","definition_version":1,"definition_hash":"9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13","input":{"json":"{}"},"timeout_time":1800086420291747}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',2,NULL,'StepIntended',1,1800000020291747,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',3,X'2135EEEB0B315112B7B360C34A3AFE82','StepCompleted',1,1800000020291747,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',4,NULL,'StepIntended',1,1800000020291747,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',5,X'7A4DFA82D9661AC418F9DFCA4AEA0CE2','StepPending',1,1800000020291747,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',6,X'A425E127460527404CAD3F6DACDBB537','StepFailed',1,1800000050291747,'{"step_id":"b","kind":"PENDING_TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"}}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',7,NULL,'CompensationStarted',1,1800000050291747,'{"cause":"TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',8,NULL,'CompensationIntended',1,1800000050291747,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',9,X'828D37B84CE9FBC19AC142C8589A580D','CompensationPending',1,1800000050291747,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',10,X'624B4C6265B2DA83FC6470D83B36302A','StepCompensated',1,1800000060291747,'{"step_id":"b","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',11,NULL,'CompensationIntended',1,1800000060291747,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',12,X'D7433086A04D31FB5F9224179F66D5CE','StepCompensated',1,1800000060291747,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',13,NULL,'SagaCompensated',1,1800000060291747,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',1,X'87C89DF584DC8DF999C59D23805C1FF8','SagaStarted',3,1800000060291748,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291748}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',2,NULL,'StepIntended',1,1800000060291748,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',3,X'CCC788D7CF4780F7943CE3A86FEEC6AF','StepCompleted',1,1800000060291748,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',4,NULL,'StepIntended',1,1800000060291748,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',5,X'BF6F9FEC288AB13D700EA1F8AF30DBD9','StepPending',1,1800000060291748,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',6,X'0BF3D36EF784B1651F552D2AB546FBE8','CancelRequested',1,1800000060291749,'{"reason":"changed their mind"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',7,NULL,'CompensationStarted',1,1800000060291749,'{"cause":"CANCELLED","failure":{"reason":"CANCELLED","message":"the saga was cancelled"}}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',8,NULL,'CompensationIntended',1,1800000060291749,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',9,X'EB2A5720FCC5559FFFABACE8B45FEB7C','StepCompensated',1,1800000060291749,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',10,NULL,'CompensationIntended',1,1800000060291749,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',11,X'A81AC6996BCCB788DA5F81681DA0C7E8','StepCompensated',1,1800000060291749,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',12,NULL,'SagaCompensated',1,1800000060291749,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',1,X'8324338F05BB060134B9B5F5E2449930','SagaStarted',3,1800000060291750,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460291750}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',2,NULL,'StepIntended',1,1800000060291750,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',3,X'5AC23E9448876205110FE3071895A5A0','StepCompleted',1,1800000060291750,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',4,NULL,'StepIntended',1,1800000060291750,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',5,X'355DA942751EE434950B402CBA72E748','CancelRequested',1,1800000060291751,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',6,X'DC825033941EF2451196A64F55EEF295','StepCompleted',1,1800000060291751,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',7,NULL,'StepIntended',1,1800000060291751,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',8,X'DD0A4772CAEB84CAEE4B7ADC21FD03CF','StepCompleted',1,1800000060291751,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',9,NULL,'SagaCompleted',1,1800000060291751,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',1,X'26010FDB0C492E1FA199E1C42E6F7D35','SagaStarted',3,1800000060291752,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460291752}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',2,NULL,'StepIntended',1,1800000060291752,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',3,X'33171D6293326F344155B74851F780CF','StepCompleted',1,1800000060291752,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',4,NULL,'StepIntended',1,1800000060291752,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',5,X'8EEF391EEB34BE9145C64CBF971F6203','CancelRequested',1,1800000060291753,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',6,X'32A806F78F9F85ACFA32D5C27AC26CB9','StepRejected',1,1800000060291753,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',7,NULL,'CompensationStarted',1,1800000060291753,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',8,NULL,'CompensationIntended',1,1800000060291753,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',9,X'445818801A97AC5F947D949270DD33CE','StepCompensated',1,1800000060291753,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',10,NULL,'SagaCompensated',1,1800000060291753,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',1,X'D634DD520D5C370028F6B71F1B833B71','SagaStarted',3,1800000060291754,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291754}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',2,NULL,'StepIntended',1,1800000060291754,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',3,X'138BA759D751074E83420F8A3B423F66','StepCompleted',1,1800000060291754,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',4,NULL,'StepIntended',1,1800000060291754,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',5,X'94414892EA50077E79D1F31CE795CDA5','StepCompleted',1,1800000060291755,'{"step_id":"b","output":{"json":"{\"n\": 1}"}}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',6,NULL,'StepIntended',1,1800000060291755,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',7,X'A606E4610CB63334D93F908EAEFEFD00','StepCompleted',1,1800000060291755,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',8,NULL,'SagaCompleted',1,1800000060291755,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',1,X'6DF354D4A32577BADE49CE8269C0E932','SagaStarted',3,1800000060291756,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291756}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',2,NULL,'StepIntended',1,1800000060291756,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',3,X'A52B2A76A726D0992EEBA7D526605484','StepCompleted',1,1800000060291756,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',4,NULL,'StepIntended',1,1800000060291756,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',5,X'1ECFD2FCAD6DD2FCF5892A4E4CB9F0B3','StepPending',1,1800000060291756,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',6,X'86BEEC87384286321C15035C016FB486','StepFailed',1,1800000060291757,'{"step_id":"b","kind":"PERMANENT","failure":{"reason":"LOST","message":"the parcel is lost"}}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',7,NULL,'CompensationStarted',1,1800000060291757,'{"cause":"FAILED","failure":{"reason":"LOST","message":"the parcel is lost"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',8,NULL,'CompensationIntended',1,1800000060291757,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',9,X'A529A0635B08509418C8056DC16866F8','CompensationPending',1,1800000060291757,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',10,X'3D139D95F4ED77F9A255DCBB6FAD12B3','StepCompensated',1,1800000060291758,'{"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',11,NULL,'CompensationIntended',1,1800000060291758,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',12,X'2F9EAFBFB3C85711AAB8217E0F8CD5FC','CompensationPending',1,1800000060291758,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',13,X'5B2E14A64E81774A976732A1C0985105','CompensationFailed',1,1800000060291759,'{"step_id":"a","failure":{"reason":"GONE","message":"nobody can undo it"}}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',14,NULL,'SagaStuck',1,1800000060291759,'{"failure":{"reason":"GONE","message":"nobody can undo it"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',1,X'AF3063C775F6E6EFEC99B6650A3250C8','SagaStarted',3,1800000060291760,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086460291760}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',2,NULL,'StepIntended',1,1800000060291760,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',3,X'224F9B2DC9DD7AC43F2FCB120732B9D0','StepCompleted',1,1800000060291760,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',4,NULL,'StepIntended',1,1800000060291760,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',5,X'CA13A4E966BABB435A375DCCE4CC40B5','StepPending',1,1800000060291760,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',6,X'9F267A0ED3197217DD2BBA1537436E5C','ExecuteAttemptFailed',1,1800000130291760,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":0,"used":false}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',7,X'F807E24E58C367402E281F9BDDF85336','StepCompleted',1,1800000180291760,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',8,NULL,'SagaCompleted',1,1800000180291760,'{}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',1,X'8FDB72A34980BE64D347BDCDDA5117B9','SagaStarted',3,1800000180291761,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086580291761}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',2,NULL,'StepIntended',1,1800000180291761,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',3,X'863E5282FA940BF3EB573F5FC12F4F8B','StepCompleted',1,1800000180291761,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',4,NULL,'StepIntended',1,1800000180291761,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',5,X'E78DB5E6265632094A04FCDE45A00607','StepRejected',1,1800000180291761,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',6,NULL,'CompensationStarted',1,1800000180291761,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',7,NULL,'CompensationIntended',1,1800000180291761,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',8,X'AB4F62E86FA84861A6C4716C55504CE4','CompensateAttemptFailed',1,1800000180291761,'{"step_id":"a","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000181223607}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',9,X'E3C6083B30901B064E853D2D35913C53','CompensateAttemptFailed',1,1800000181223607,'{"step_id":"a","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000181401043}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',10,X'404B84839EB3AAACCEF8548F8A4B8D2E','CompensationFailed',1,1800000181401043,'{"step_id":"a","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',11,NULL,'SagaStuck',1,1800000181401043,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',12,X'DFE0276ACEBF01BC155E7E86618516E8','CompensateRetried',1,1800000181401044,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',13,X'83D93F5DBCE62CCA64ABEE979BC8915A','CompensateAttemptFailed',1,1800000181401044,'{"step_id":"a","attempt":4,"failure":{"code":"INTERNAL"},"retry_time":1800000182309522}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',14,X'267F76F4326906C135745D660C2114B7','CompensateAttemptFailed',1,1800000182309522,'{"step_id":"a","attempt":5,"failure":{"code":"INTERNAL"},"retry_time":1800000182755290}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',15,X'843E734763CBC1EC5E37817FB91E3780','CompensationFailed',1,1800000183124874,'{"step_id":"a","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',16,NULL,'SagaStuck',1,1800000183124874,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',17,X'293A64A99D8402E2FF7B66741AC752E6','CompensationAsserted',1,1800000183124875,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',18,NULL,'SagaCompensated',1,1800000183124875,'{}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',1,X'88C69AEBE3BFBD8E252F49B9A988E074','SagaStarted',3,1800000183124876,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086583124876}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',2,NULL,'StepIntended',1,1800000183124876,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',3,X'389BC838F0EECAF060641D53B21B8FD0','StepCompleted',1,1800000184867177,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',4,NULL,'StepIntended',1,1800000184867177,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',5,X'C6C96EE848DBC89DF6A8A4446C48E2C5','ExecuteAttemptFailed',1,1800000184867177,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000185033246}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',6,X'55E7C9B4A8DCC0D4467316814A99EB8F','ExecuteAttemptFailed',1,1800000187955799,'{"step_id":"b","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000188913160}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',7,X'9E07D54F6C381EBB7497333534F9287D','StepFailed',1,1800000194920303,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',8,NULL,'SagaStuck',1,1800000194920303,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',9,X'E04C8E9F584FCFE1D3CC4B136990C6C8','ExecuteRetried',1,1800000194920304,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',10,X'1FD0D7B9B7EE2702DDFC5BE804BDA7D0','ExecuteAttemptFailed',1,1800000208872736,'{"step_id":"b","attempt":4,"failure":{"code":"INTERNAL"},"retry_time":1800000209693135}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',11,X'F01A25A7DF5F850C32DDE9451FAC7997','ExecuteAttemptFailed',1,1800000237437215,'{"step_id":"b","attempt":5,"failure":{"code":"INTERNAL"},"retry_time":1800000237495973}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',12,X'5F8FB98531A8F1225A029CDA4F2B0E44','StepFailed',1,1800000265737591,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',13,NULL,'SagaStuck',1,1800000265737591,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',14,X'72CE6DE13261750FB954446CE238E1E5','StepCompletionAsserted',1,1800000265737592,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"output":{"json":"{\"n\": 7}"}}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',15,NULL,'StepIntended',1,1800000265737592,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',16,X'69D52808B1358A0E276CC35C4647375C','StepCompleted',1,1800000293901351,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F1B5479D391551E8259CC60B1',17,NULL,'SagaCompleted',1,1800000293901351,'{}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',1,X'9C7D4511CBFD7C0696C1760ABB7FBBBA','SagaStarted',3,1800000293901352,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086693901352}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',2,NULL,'StepIntended',1,1800000293901352,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',3,X'A74D835F5AE7744146A8B6202EFE37D0','StepCompleted',1,1800000293901352,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',4,NULL,'StepIntended',1,1800000293901352,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',5,X'8651E9853ED805B1FAE47E000472B462','SagaPaused',1,1800000293901353,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',6,X'ECEE4DCBDABD70FD2697713FC177C326','StepCompleted',1,1800000293901353,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',7,X'712D3FF0A955809D96A2B4A06BD511BE','SagaResumed',1,1800000293901354,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',8,NULL,'StepIntended',1,1800000293901354,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',9,X'A50A39495CA4535657711F7D6838E307','StepCompleted',1,1800000293901354,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860CC0D745E9D7F427515392480',10,NULL,'SagaCompleted',1,1800000293901354,'{}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',1,X'0FCBEAE6E2B69143391373C117E7DF66','SagaStarted',3,1800000293901355,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086693901355}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',2,NULL,'StepIntended',1,1800000293901355,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',3,X'C07F91B41DDD4827E313087900DF72F5','StepCompleted',1,1800000293901355,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',4,NULL,'StepIntended',1,1800000293901355,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',5,X'D46CF950FA79A1D6F9E31F1ADA383206','ExecuteAttemptFailed',1,1800000293901355,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000294562183}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',6,X'13A8BF950886F3C7C089986406E7A67C','ExecuteAttemptFailed',1,1800000294562183,'{"step_id":"b","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000294689719}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',7,X'A12454428CC6074371EC279BA0B87EF8','StepFailed',1,1800000294689719,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',8,NULL,'SagaStuck',1,1800000294689719,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','SagaAbandoned',1,1800000294689720,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"standing":["a","b"]}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',1,X'6FB3B32B44108B18865C11743D5294A2','SagaStarted',3,1800000294689721,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086694689721}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',2,NULL,'StepIntended',1,1800000294689721,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',3,X'940E99EA1A6FC4FB839D45B5322A23EF','ExecuteAttemptFailed',1,1800000294689721,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000294921376}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',4,X'0705D412062B334046029714A3545B97','ExecuteAttemptFailed',1,1800000294921376,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000295635243}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',5,X'2FC11D5C6D25B141785D3FAF52D64A6C','ExecuteAttemptFailed',1,1800000295635243,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000296259152}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',6,X'55287F627F4BA268D83505297EF6751C','ExecuteAttemptFailed',1,1800000296259152,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000296410267}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',7,X'EBBA110515D4872EFE5926C02A40453B','ExecuteAttemptFailed',1,1800000296410267,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000296512178}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',8,X'130530743E354A4F82B61889464D4AA4','ExecuteAttemptFailed',1,1800000297383960,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000298053449}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',9,X'D3C4CB358D399BBA7E3E5BCEC52E096F','ExecuteAttemptFailed',1,1800000299193958,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000299954482}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',10,X'B0DBA5E13D1F036B9A1FCBED10A16A86','ExecuteAttemptFailed',1,1800000302768359,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000303359701}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',11,X'775AD47A833BBE5D9FD4FC041FEDEA84','ExecuteAttemptFailed',1,1800000309605676,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000310268968}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',1,X'F53F4A5F3914EB4E95CBE0049D34D5DF','SagaStarted',3,1800000314689721,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086714689721}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',2,NULL,'StepIntended',1,1800000314689721,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',3,NULL,'StepParked',1,1800000314689721,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',1,X'9BC6C932CF5332D7EF877CC69DA92DAC','SagaStarted',3,1800000314689721,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086714689721}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',2,NULL,'StepIntended',1,1800000314689721,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',3,NULL,'StepParked',1,1800000314689721,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',1,X'BEF42169AEC025A38C83617C68709D76','SagaStarted',3,1800000314689721,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086714689721}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',2,NULL,'StepIntended',1,1800000314689721,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',3,NULL,'StepParked',1,1800000314689721,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',12,X'15FFB796140C129D4CDBE31237315D01','StepCompleted',1,1800000321762996,'{"step_id":"far","output":{},"attempt":10}');
INSERT INTO "events" VALUES(X'01A31860CF217942A1B7379F0897246A',13,NULL,'SagaCompleted',1,1800000321762996,'{}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',4,X'A8723E31E7FEA21DDB47519201C8965F','StepUnparked',1,1800000321762996,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',4,X'01E26DEF548E3BB912AA981324371B38','StepUnparked',1,1800000321762996,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',5,X'95DF9576001BC123F4A6EAC0A9ED4D58','StepCompleted',1,1800000321762996,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE',6,NULL,'SagaCompleted',1,1800000321762996,'{}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',5,X'49532C1FFC357A1FAF599C1443A9D59D','StepCompleted',1,1800000321762996,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318611D417E509AE25CC819E5BEA1',6,NULL,'SagaCompleted',1,1800000321762996,'{}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',4,X'D1D6ACF59347463675AD51B19490FB1A','StepUnparked',1,1800000321762996,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',5,X'03B0BEA848766A78815CF7C6D1DF0D0B','StepCompleted',1,1800000321762996,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318611D417F5BB3907CFCCFE330CD',6,NULL,'SagaCompleted',1,1800000321762996,'{}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',1,X'D1253724F40C79CC1A44FA5F456AD944','SagaStarted',3,1800000381762997,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086781762997}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',2,NULL,'StepIntended',1,1800000381762997,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',3,X'3DA3A4DD8257417A613834B8270367F4','StepCompleted',1,1800000381762997,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',4,NULL,'StepIntended',1,1800000381762997,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',5,X'9CADFB7D177604D6E62123AE3AB4F84B','StepCompleted',1,1800000381762997,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',6,NULL,'StepIntended',1,1800000381762997,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',7,X'4FDFB7986F6368420B806E8CB8B87A6D','StepRejected',1,1800000381762997,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',8,NULL,'SagaStuck',1,1800000381762997,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',9,X'1D6695158C94FD959F2851BAA4D45ED1','StepSkipRequested',1,1800000381762998,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',10,NULL,'StepSkipped',1,1800000381762998,'{"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3186223427500B5A8513F5B8AAA46',11,NULL,'SagaCompleted',1,1800000381762998,'{}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',1,X'1B6A6CFF9C6E968BA517812588F769CE','SagaStarted',3,1800000381762999,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086781762999}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',2,NULL,'StepIntended',1,1800000381762999,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',3,X'E0621C11061E6FCC47E20D169E494FE9','StepCompleted',1,1800000381762999,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',4,NULL,'StepIntended',1,1800000381762999,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',5,X'17B5E8A5734E9E09F95BE620B47852F9','StepCompleted',1,1800000381762999,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',6,NULL,'StepIntended',1,1800000381762999,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',7,X'181DB5ABC19F99E22F815CAECF845454','ExecuteAttemptFailed',1,1800000381762999,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000381994698}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',8,X'C2FA778A297997FC102F2FF34E2107F8','ExecuteAttemptFailed',1,1800000381994698,'{"step_id":"c","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000382106768}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',9,X'062622B74F61A08351D3DB41EFAB682B','StepFailed',1,1800000382106768,'{"step_id":"c","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',10,NULL,'SagaStuck',1,1800000382106768,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',11,X'FCF506B4C7B8043C6B407767E925DDDF','NewRunRequested',1,1800000382106769,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"input":{"json":"{\"n\": 8}"}}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',12,X'B39C66C8F4A2ABC366FDCC9251CB9ABA','StepCompensated',1,1800000382106769,'{"step_id":"c","attempt":1}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',13,NULL,'StepIntended',1,1800000382106769,'{"step_id":"c","run":2,"input":{"json":"{\"n\": 8}"}}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',14,X'F2C485079B954ACFFBAD5C98B4C21C62','ExecuteAttemptFailed',1,1800000382106769,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000382547952}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',15,X'9963827BBF982146177DA8679EE4F340','ExecuteAttemptFailed',1,1800000382547952,'{"step_id":"c","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000383058123}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',16,X'D4B4F578EDF42F5CD62644F61A112E8C','StepFailed',1,1800000383058123,'{"step_id":"c","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3186223427D179B26910612378865',17,NULL,'SagaStuck',1,1800000383058123,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',1,X'CD8CD6D1867821DACB52CDB9CC869939','SagaStarted',3,1800000383058124,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{\"who\": \"ann\"}"},"timeout_time":1800086783058124,"labels":{"sagaway.restarted-from":"completed"},"restarted_from":"completed","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',2,NULL,'StepIntended',1,1800000383058124,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',3,X'0D9F183095E91867AC66F8D054ABBEAA','StepCompleted',1,1800000383058124,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',4,NULL,'StepIntended',1,1800000383058124,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',5,X'6D773BEAEB98F80291701C50ADABEC76','StepCompleted',1,1800000383058124,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',6,NULL,'StepIntended',1,1800000383058124,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',7,X'72EF5F770EF96BA6C50A682D04F5E9D0','StepCompleted',1,1800000383058124,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862285272F894D78322A8927986',8,NULL,'SagaCompleted',1,1800000383058124,'{}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',1,X'22E93F9B00D9C2621540C3E7D0F42A37','SagaStarted',3,1800000383058125,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086783058125}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',2,NULL,'StepIntended',1,1800000383058125,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',3,X'2A93B7194400D663528DCCD0D9F4C68E','StepCompleted',1,1800000383058125,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',4,NULL,'StepIntended',1,1800000383058125,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',5,X'AAE286BEA907E0EB6D00139666798994','StepCompleted',1,1800000383058125,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',6,NULL,'StepIntended',1,1800000383058125,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',7,X'49A74B23E7062C020E3FC19CF503BFAD','ExecuteAttemptFailed',1,1800000383058125,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000383862314}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',8,X'79019377B66874B633B77A347747EEF8','ExecuteAttemptFailed',1,1800000383862314,'{"step_id":"c","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000384428408}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',9,X'AFB0447CB8947D889E2E52D6B25A49AB','StepFailed',1,1800000384428408,'{"step_id":"c","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',10,NULL,'SagaStuck',1,1800000384428408,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',11,X'54FD287CF585C8ECDED8BFAC458C18EC','NewRunRequested',1,1800000384428409,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"input":{"json":"{\"n\": 9}"}}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',12,NULL,'StepStruck',1,1800000384428409,'{"step_id":"c","sealed":true}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',13,NULL,'StepIntended',1,1800000384428409,'{"step_id":"c","run":2,"input":{"json":"{\"n\": 9}"}}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',14,X'4B8656445246A5E0D319BE808193D775','ExecuteAttemptFailed',1,1800000384428409,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000384763299}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',15,X'5194772CE2BA76C257C210C00DB342F0','ExecuteAttemptFailed',1,1800000384763299,'{"step_id":"c","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000385517258}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',16,X'D48194C9C9215CD5FCAE30DDAB5135B8','StepFailed',1,1800000385567205,'{"step_id":"c","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A31862285271BBBABE20F3376E539A',17,NULL,'SagaStuck',1,1800000385567205,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',1,X'9D33F9ACFA3F794B77A9E5270D97A902','SagaStarted',3,1800000385567206,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086785567206}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',2,NULL,'StepIntended',1,1800000385567206,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',3,X'6100A77719A987F70C457700494DD05D','StepCompleted',1,1800000387499769,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',4,NULL,'StepIntended',1,1800000387499769,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186239AB7454B15B5F5290766002',1,X'F5ACD8DE0AB429AD3D4CF54E41248F7F','SagaStarted',3,1800000387499770,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086787499770}');
INSERT INTO "events" VALUES(X'01A3186239AB7454B15B5F5290766002',2,NULL,'StepIntended',1,1800000387499770,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186239AB7454B15B5F5290766002',3,X'216FD97B8F708BB05DABDF89DC220BB6','StepCompleted',1,1800000387499770,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186239AB7454B15B5F5290766002',4,NULL,'StepIntended',1,1800000387499770,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186239AB7454B15B5F5290766002',5,X'DEF009D34CEE2550310ADE4D78D36D55','ExecuteAttemptFailed',1,1800000387499770,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000987499770}');
INSERT INTO "events" VALUES(X'01A318623A0F7499A48C9985A745D743',1,X'0A33A1846C6D38D723A9A5EB187ECB17','SagaStarted',3,1800000387599770,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086787599770}');
INSERT INTO "events" VALUES(X'01A318623A0F7499A48C9985A745D743',2,NULL,'StepIntended',1,1800000387599770,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318623A0F7499A48C9985A745D743',3,X'35B3EA352AD22064C80EA0987E9ECC87','StepCompleted',1,1800000390853461,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318623A0F7499A48C9985A745D743',4,NULL,'StepIntended',1,1800000390853461,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318623A0F7499A48C9985A745D743',5,X'4313328170ABFBA046B2D116AC48DE4E','StepPending',1,1800000390853461,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',1,X'9B5B0947B160AF0F8E682FF5BA52A61C','SagaStarted',3,1800000390899770,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086790899770}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',2,NULL,'StepIntended',1,1800000390899770,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',3,X'B3D790D1A64B92C9C42C146162F349DB','StepCompleted',1,1800000390899770,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',4,NULL,'StepIntended',1,1800000390899770,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',5,X'548ACF13DAC8AF556EDE16756BEDD95C','CancelRequested',1,1800000390899771,'{"reason":"too late?"}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',1,X'98210876E2BF02E5FC9A44222D50F7EB','SagaStarted',3,1800000390899771,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086790899771}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',2,NULL,'StepIntended',1,1800000390899771,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',3,X'5344A0FDAF26BEA3BC7D45372B08FDED','StepCompleted',1,1800000390899771,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',4,NULL,'StepIntended',1,1800000390899771,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',5,X'317141E39334E33CF92F097893198630','StepCompleted',1,1800000390899771,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',6,NULL,'StepIntended',1,1800000390899771,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F37ABF9E915E5B71277FFE',7,X'8613722FBA3B295BF710E723C3848BCB','ExecuteAttemptFailed',1,1800000390899771,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000990899771}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',1,X'6E727766EA68F9CE0626D2D215CBD9BF','SagaStarted',3,1800000390999771,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086790999771}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',2,NULL,'StepIntended',1,1800000390999771,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',3,X'70B4EAE00A7456B8217B09EDCC4F5898','StepCompleted',1,1800000390999771,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',4,NULL,'StepIntended',1,1800000390999771,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',5,X'6A62E3F2966B0B52E96718BED9B24066','StepCompleted',1,1800000390999771,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',6,NULL,'StepIntended',1,1800000390999771,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',7,X'EF9281EF2C34D4A1FD9FE7C056C232F8','StepRejected',1,1800000390999771,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',8,NULL,'CompensationStarted',1,1800000390999771,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',9,NULL,'CompensationIntended',1,1800000390999771,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A31862475770C5A2062BDC8CF41B82',10,X'78415B9FDDFE11A3063DB0ABF3709A12','CompensateAttemptFailed',1,1800000390999771,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000990999771}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',1,X'ACD5BDE695F99F5ADAFDD370D8AF047A','SagaStarted',3,1800000391099771,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086791099771}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',2,NULL,'StepIntended',1,1800000391099771,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',3,X'487F6BEC7131BB2F1BED9B50A86FEEF5','StepCompleted',1,1800000391099771,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',4,NULL,'StepIntended',1,1800000391099771,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',5,X'A165B11AE5B7CC59771FC62A25E1F25B','StepCompleted',1,1800000391099771,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',6,NULL,'StepIntended',1,1800000391099771,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',7,X'1B0D7ABB47A8F5C2407AD9A62CBDB96F','StepRejected',1,1800000391099771,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',8,NULL,'CompensationStarted',1,1800000391099771,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',9,NULL,'CompensationIntended',1,1800000391099771,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3186247BB752C82072C952CBE00F2',10,X'95D737D3B33362D51CA83A98F936D163','CompensationPending',1,1800000391099771,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',1,X'1F59FC5074BFBE3387F819EDA1829A7F','SagaStarted',3,1800000391199771,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086791199771}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',2,NULL,'StepIntended',1,1800000391199771,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',3,X'5E3767243956ACC883FE4F348C24D254','ExecuteAttemptFailed',1,1800000391199771,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000391294816}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',4,X'9686BA57B30201309B67193F940D14B5','ExecuteAttemptFailed',1,1800000391294816,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000391544992}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',5,X'131A6F5F6DA5E1A559A08FC4AF11889C','ExecuteAttemptFailed',1,1800000391544992,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000391881450}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',6,X'ECE3056EDAE48F7183AA5FC7AB069C45','ExecuteAttemptFailed',1,1800000391881450,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000392732273}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',7,X'24E789563552F0A59A5AA7C4C94EE9B5','ExecuteAttemptFailed',1,1800000392732273,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000393577646}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',8,X'85F46D642C433EC4D3854A79FB39667D','ExecuteAttemptFailed',1,1800000393579678,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000394577029}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',9,X'801FF898E41E2E17F23487968561AB82','ExecuteAttemptFailed',1,1800000395269935,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000396107573}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',5,X'3D1A3ED7285A09B13C1B5F74E4FD5D2B','ExecuteAttemptFailed',1,1800000397499769,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000398488699}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',6,X'548EB61BC6728A738034C9FE97036297','StepCompleted',1,1800000398488699,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',7,NULL,'StepIntended',1,1800000398488699,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',8,X'BBBA02AED04C00804F5B43EA3DF9D22C','StepCompleted',1,1800000398488699,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31862321F76F3BE0717E961B4B18E',9,NULL,'SagaCompleted',1,1800000398488699,'{}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',10,X'1AFE44CCEF9713B515B24302E019C140','ExecuteAttemptFailed',1,1800000398731348,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000399037158}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',6,X'9DA1982549DA636D49AD75AB4472BCFB','ExecuteAttemptFailed',1,1800000400899770,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000401072908}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',7,X'7C81BD0C1A89B4DB3E8912E6A08E8F79','StepCompleted',1,1800000401072908,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',8,NULL,'StepIntended',1,1800000401072908,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',9,X'A2530B8F3787C607F27C7D2302D61CB2','StepCompleted',1,1800000401072908,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186246F375CBBB6B88648FB18C7E',10,NULL,'SagaCompleted',1,1800000401072908,'{}');
INSERT INTO "events" VALUES(X'01A31862481F7C1DA68C5191E6944862',11,X'6C721933FBD9D08BABA227EBCD009801','ExecuteAttemptFailed',1,1800000406519428,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000406579736}');
INSERT INTO "events" VALUES(X'01A31862963F73D4BD0D5AC4E020F96A',1,X'67071C5FEE74FA7D24D162001D41BB21','SagaStarted',3,1800000411199771,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086811199771}');
INSERT INTO "events" VALUES(X'01A31862963F73D4BD0D5AC4E020F96A',2,NULL,'StepIntended',1,1800000411199771,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862963F73D4BD0D5AC4E020F96A',3,NULL,'StepParked',1,1800000411199771,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862963F77639BB551823F27BC0C',1,X'789937362C0C46CC45AB9B0D048EB49D','SagaStarted',3,1800000411199771,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086811199771}');
INSERT INTO "events" VALUES(X'01A31862963F77639BB551823F27BC0C',2,NULL,'StepIntended',1,1800000411199771,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862963F77639BB551823F27BC0C',3,NULL,'StepParked',1,1800000411199771,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862963F7F689634A8B2610EC605',1,X'2684C9A58395CDDBBB80D2643FA878E7','SagaStarted',3,1800000411199771,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086811199771}');
INSERT INTO "events" VALUES(X'01A31862963F7F689634A8B2610EC605',2,NULL,'StepIntended',1,1800000411199771,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862963F7F689634A8B2610EC605',3,NULL,'StepParked',1,1800000411199771,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31862963F7EB5A16363698B529B4A',1,X'F55B7BEAFD809A9A9E925B79A6342FA0','SagaStarted',3,1800000411199771,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086811199771}');
INSERT INTO "events" VALUES(X'01A31862963F7EB5A16363698B529B4A',2,NULL,'StepIntended',1,1800000411199771,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31862963F781F96645FA9E8A8529F',1,X'44066542EC38008D331DFD3B27241631','SagaStarted',3,1800000411199771,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086811199771}');
CREATE TABLE installation (
	id TEXT NOT NULL, 
	token_key_id TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT installation_pk PRIMARY KEY (id), 
	CONSTRAINT installation_token_key FOREIGN KEY(token_key_id) REFERENCES token_keys (key_id)
)
 STRICT

;
INSERT INTO "installation" VALUES('977543f9b1e74668a114d8d8fb191b1a','068f2b92',1800000000000000);
CREATE TABLE parked (
	uid BLOB NOT NULL, 
	participant TEXT NOT NULL, 
	namespace TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	park_time INTEGER NOT NULL, 
	CONSTRAINT parked_pk PRIMARY KEY (uid, participant), 
	CONSTRAINT parked_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "parked" VALUES(X'01A31862963F73D4BD0D5AC4E020F96A','q','default','elsewhere',1800000411199771);
INSERT INTO "parked" VALUES(X'01A31862963F77639BB551823F27BC0C','q','default','elsewhere',1800000411199771);
INSERT INTO "parked" VALUES(X'01A31862963F7F689634A8B2610EC605','q','default','elsewhere',1800000411199771);
CREATE TABLE participants (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	max_concurrent_calls INTEGER NOT NULL, 
	description TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	update_time INTEGER NOT NULL, 
	CONSTRAINT participants_pk PRIMARY KEY (namespace, name)
)
 STRICT

;
INSERT INTO "participants" VALUES('default','p','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','q','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1);
INSERT INTO "participants" VALUES('default','forgetful','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": false}',1,1);
CREATE TABLE purged (
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	state TEXT NOT NULL, 
	end_time INTEGER NOT NULL, 
	purge_time INTEGER NOT NULL, 
	CONSTRAINT purged_pk PRIMARY KEY (namespace, saga_id)
)
 STRICT

;
CREATE TABLE replicas (
	epoch INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	start_time INTEGER NOT NULL, 
	lease_expire_time INTEGER, 
	end_time INTEGER
)
 STRICT

;
INSERT INTO "replicas" VALUES(3,1800000060291761,NULL,1800000411199771);
INSERT INTO "replicas" VALUES(4,1800000411199771,NULL,NULL);
CREATE TABLE saga_labels (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	uid BLOB NOT NULL, 
	CONSTRAINT saga_labels_pk PRIMARY KEY (namespace, name, value, start_time, uid), 
	CONSTRAINT saga_labels_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "saga_labels" VALUES('default','sagaway.restarted-from','completed',1800000383058124,X'01A31862285272F894D78322A8927986');
INSERT INTO "saga_labels" VALUES('default','shop','north',1800000000000000,X'01A3185C500073868D613E30D8F16ADF');
CREATE TABLE sagas (
	uid BLOB NOT NULL, 
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB NOT NULL, 
	state TEXT NOT NULL, 
	cause TEXT, 
	mode TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	definition_version INTEGER NOT NULL, 
	definition_hash TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	labels TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	timeout_time INTEGER NOT NULL, 
	end_time INTEGER, 
	wake_time INTEGER, 
	owner_epoch INTEGER, 
	claim INTEGER NOT NULL, 
	step_count INTEGER NOT NULL, 
	completed_steps INTEGER NOT NULL, 
	compensated_steps INTEGER NOT NULL, 
	paused INTEGER NOT NULL, 
	quarantine_reason TEXT NOT NULL, 
	quarantine_time INTEGER, 
	CONSTRAINT sagas_pk PRIMARY KEY (uid), 
	CONSTRAINT sagas_key UNIQUE (namespace, saga_id)
)
 STRICT

;
INSERT INTO "sagas" VALUES(X'01A3185C500073868D613E30D8F16ADF','default','completed-in-parallel',10,X'1F8F2B1A39F3C3E693114351DCBED407','COMPLETED',NULL,'orchestration','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2',X'F84C3D0F6EB9B19AFCE92BCAAE2DF3D05628792B7A36054EF9131F2F1E824AC2','{"shop":"north"}',1800000000000000,1800086400000000,1800000000000000,NULL,NULL,1,4,4,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007198B06C144A025B413F','default','completed-without-its-output',4,X'87376F07BCB81287FDC8C0388FE881C3','COMPLETED',NULL,'orchestration','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec',X'F035B345895AE1C69FB97317D88F709A440B430F7F8E1A640F453FFCC711B236','{}',1800000000000001,1800086400000001,1800000000000001,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007B1A987FD2803BAB6C39','default','completed-after-an-outage',10,X'1631D67FDF64A0D8A5B4DFF0C5475A81','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000000000002,1800086400000002,1800000001665336,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C56817E65BE2434E37AF027BC','default','completed-after-repeated-failures',11,X'298A868322F9045811E7D4F31834F3D8','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000001665337,1800086401665337,1800000002935533,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB','default','completed-behind-another-delivery',13,X'40AA0FC184226EC16A81FC47031DE33F','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000002935534,1800086402935534,1800000005254405,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867A50982C18C92F429CE5','default','compensated-after-a-refusal',13,X'E8555405951CB239F5C49204CD75B665','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254406,1800086405254406,1800000005254406,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867461B21754EF2904ACEC','default','compensated-after-a-permanent-code',11,X'3F434E363D0323E0030A250C945A6F4E','COMPENSATED','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254407,1800086405254407,1800000005254407,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867C41B07534FEEACC110E','default','compensated-after-all-attempts',13,X'509622DF86C0FE66B55051E681AA0648','COMPENSATED','ATTEMPTS_EXHAUSTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254408,1800086405254408,1800000007047597,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093','default','compensated-as-a-step-is-blocked',9,X'2A0B19EA5785E4E1390873D6F673E6AF','COMPENSATED','FAILED','orchestration','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9',X'E6514D9DB74A34C8C889E4CA1766E331D894E7A0C1DBE97929436C4AB145C32C','{}',1800000007047598,1800086407047598,1800000007047598,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B8770B8BC11654988534206','default','compensated-after-a-forgotten-refusal',12,X'8F35BDDD6B78C1FDEFFFC1C91A50B725','COMPENSATED','REJECTED','orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000007047599,1800086407047599,1800000007647807,NULL,NULL,1,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6','default','compensated-with-patience',16,X'453B26351FC3ECA686324251FF8C240A','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000007647808,1800086407647808,1800000009254355,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB','default','stuck-in-compensation',13,X'E066F663EAF872F7656A894E9566820A','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000009254356,1800086409254356,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C764274BC9439C746D8DDD2EF','default','stuck-as-a-row-is-missing',13,X'115B1AC7D60984CB7CF0FD538E48BD13','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000009794228,1800086409794228,NULL,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7642764986B5A1C62DF810B9','default','stuck-past-the-pivot',8,X'79E0E950F3022FD228CB30E7D0809F9F','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009794229,1800086409794229,NULL,NULL,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C76427F05B1878D5FD739543B','default','stuck-at-the-pivot',8,X'3D485C7CB6A23F068C7106CB1E047DA5','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009794230,1800086409794230,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C783371138FF44F6504D75988','default','compensated-as-its-time-was-up',12,X'0266947AA5C9DFF43CAB9D393D157DB6','COMPENSATED','TIMED_OUT','orchestration','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c',X'3235993920E0C3AD52ECA83814E8B9A24BC9CDAE0CD4BD9D143D0B4879EA3B99','{}',1800000010291746,1800000020291746,1800000020291746,NULL,NULL,2,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF','default','compensated-as-nobody-reported',13,X'D7433086A04D31FB5F9224179F66D5CE','COMPENSATED','TIMED_OUT','orchestration','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13',X'31C9A9642D28A89EFE37705B7081B56DC1D34C97D9A46136F86243A77E162DF1','{}',1800000020291747,1800086420291747,1800000060291747,NULL,NULL,5,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B','default','compensated-by-a-cancel',12,X'A81AC6996BCCB788DA5F81681DA0C7E8','COMPENSATED','CANCELLED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291748,1800086460291748,1800000060291749,NULL,NULL,2,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA','default','cancelled-too-late-at-the-pivot',9,X'DD0A4772CAEB84CAEE4B7ADC21FD03CF','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060291750,1800086460291750,1800000060291751,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837B82BDA5AD525B616E42','default','cancelled-at-a-pivot-that-was-refused',10,X'445818801A97AC5F947D949270DD33CE','COMPENSATED','REJECTED','orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060291752,1800086460291752,1800000060291753,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B8377448234472F5B58796A','default','reported-completed',8,X'A606E4610CB63334D93F908EAEFEFD00','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291754,1800086460291754,1800000060291755,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B','default','reported-failed-and-its-compensation-too',14,X'5B2E14A64E81774A976732A1C0985105','STUCK','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291756,1800086460291756,NULL,NULL,NULL,4,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B83723CA7F52FA9A117511F','default','went-on-after-a-kill',8,X'F807E24E58C367402E281F9BDDF85336','COMPLETED',NULL,'orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000060291760,1800086460291760,1800000180291760,NULL,NULL,3,2,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F10437E40BFED9235288BC781','default','mended-by-hand',18,X'293A64A99D8402E2FF7B66741AC752E6','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000180291761,1800086580291761,1800000183124875,NULL,NULL,3,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F1B5479D391551E8259CC60B1','default','resolved-at-the-pivot',17,X'69D52808B1358A0E276CC35C4647375C','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000183124876,1800086583124876,1800000293901351,NULL,NULL,3,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860CC0D745E9D7F427515392480','default','paused-and-resumed',10,X'A50A39495CA4535657711F7D6838E307','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000293901352,1800086693901352,1800000293901354,NULL,NULL,2,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860CC0D7BB7BD6D25009AEB7FA0','default','abandoned',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','ABANDONED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000293901355,1800086693901355,1800000294689720,NULL,NULL,2,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860CF217942A1B7379F0897246A','default','parked-and-unparked-first',13,X'15FFB796140C129D4CDBE31237315D01','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000294689721,1800086694689721,1800000321762996,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318611D417EB4BBC80976B0BDB4FE','default','parked-and-unparked-next',6,X'95DF9576001BC123F4A6EAC0A9ED4D58','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000314689721,1800086714689721,1800000321762996,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318611D417E509AE25CC819E5BEA1','default','parked-and-unparked-third',6,X'49532C1FFC357A1FAF599C1443A9D59D','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000314689721,1800086714689721,1800000321762996,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318611D417F5BB3907CFCCFE330CD','default','parked-and-unparked',6,X'03B0BEA848766A78815CF7C6D1DF0D0B','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000314689721,1800086714689721,1800000321762996,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186223427500B5A8513F5B8AAA46','default','a-refused-step-left-out',11,X'1D6695158C94FD959F2851BAA4D45ED1','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000381762997,1800086781762997,1800000381762998,NULL,NULL,2,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186223427D179B26910612378865','default','a-step-compensated-and-run-anew',17,X'D4B4F578EDF42F5CD62644F61A112E8C','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000381762999,1800086781762999,NULL,NULL,NULL,2,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862285272F894D78322A8927986','default','started-again',8,X'72EF5F770EF96BA6C50A682D04F5E9D0','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'3CED740E7ED67C11199FD6177457F6A6B5307EDFBC197973ECEE15EB8919B14C','{"sagaway.restarted-from":"completed"}',1800000383058124,1800086783058124,1800000383058124,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862285271BBBABE20F3376E539A','default','a-sealed-step-run-anew',17,X'D48194C9C9215CD5FCAE30DDAB5135B8','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000383058125,1800086783058125,NULL,NULL,NULL,2,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862321F76F3BE0717E961B4B18E','default','open-executing',9,X'BBBA02AED04C00804F5B43EA3DF9D22C','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000385567206,1800086785567206,1800000398488699,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186239AB7454B15B5F5290766002','default','open-before-a-retry',5,X'DEF009D34CEE2550310ADE4D78D36D55','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000387499770,1800086787499770,NULL,1800000987499770,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318623A0F7499A48C9985A745D743','default','open-pending',5,X'4313328170ABFBA046B2D116AC48DE4E','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000387599770,1800086787599770,NULL,1800000450853461,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186246F375CBBB6B88648FB18C7E','default','open-at-the-pivot-with-a-cancel',10,X'A2530B8F3787C607F27C7D2302D61CB2','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000390899770,1800086790899770,1800000401072908,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186246F37ABF9E915E5B71277FFE','default','open-past-the-pivot',7,X'8613722FBA3B295BF710E723C3848BCB','RUNNING',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000390899771,1800086790899771,NULL,1800000990899771,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862475770C5A2062BDC8CF41B82','default','open-compensating',10,X'78415B9FDDFE11A3063DB0ABF3709A12','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000390999771,1800086790999771,NULL,1800000990999771,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186247BB752C82072C952CBE00F2','default','open-with-a-pending-compensation',10,X'95D737D3B33362D51CA83A98F936D163','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000391099771,1800086791099771,NULL,1800000451099771,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862481F7C1DA68C5191E6944862','default','open-parked-first',11,X'6C721933FBD9D08BABA227EBCD009801','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000391199771,1800086791199771,NULL,NULL,4,2,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862963F73D4BD0D5AC4E020F96A','default','open-parked-next',3,X'67071C5FEE74FA7D24D162001D41BB21','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000411199771,1800086811199771,NULL,1800086811199771,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862963F77639BB551823F27BC0C','default','open-parked-third',3,X'789937362C0C46CC45AB9B0D048EB49D','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000411199771,1800086811199771,NULL,1800086811199771,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862963F7F689634A8B2610EC605','default','open-parked',3,X'2684C9A58395CDDBBB80D2643FA878E7','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000411199771,1800086811199771,NULL,1800086811199771,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862963F7EB5A16363698B529B4A','default','open-with-the-last-room',2,X'F55B7BEAFD809A9A9E925B79A6342FA0','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000411199771,1800086811199771,NULL,NULL,4,1,3,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31862963F781F96645FA9E8A8529F','default','open-waiting-for-room',1,X'44066542EC38008D331DFD3B27241631','PENDING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000411199771,1800086811199771,NULL,1800000411199771,NULL,0,3,0,0,0,'',NULL);
CREATE TABLE token_keys (
	key_id TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT token_keys_pk PRIMARY KEY (key_id)
)
 STRICT

;
INSERT INTO "token_keys" VALUES('068f2b92',X'2ED63F85A863734A5CBB8B91E5252C94B004F9291272C33AB315457E1FFBAEBA',1800000000000000);
CREATE INDEX sagas_by_start ON sagas (namespace, start_time, uid);
CREATE INDEX sagas_by_definition ON sagas (namespace, definition_name, start_time, uid);
CREATE INDEX sagas_by_state ON sagas (namespace, state, start_time, uid) WHERE state <> 'COMPLETED';
CREATE INDEX sagas_open ON sagas (namespace, definition_name, definition_version) WHERE end_time IS NULL;
CREATE INDEX sagas_owned ON sagas (owner_epoch, uid) WHERE owner_epoch IS NOT NULL;
CREATE INDEX sagas_due ON sagas (wake_time, uid) WHERE owner_epoch IS NULL AND wake_time IS NOT NULL;
CREATE INDEX sagas_quarantined ON sagas (namespace, quarantine_time, uid) WHERE quarantine_time IS NOT NULL;
CREATE INDEX parked_turns ON parked (namespace, participant, definition_name, park_time, uid);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('replicas',4);
COMMIT;
